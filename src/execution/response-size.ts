/**
 * Counts the bytes of a response while it is built, and stops the execution at a limit. Small values add up, and one
 * row may appear in a response many times.
 *
 * During execution a string counts as its length, a lower bound; the possible extra bytes of escapes and UTF-8 are
 * added up as `slack`. A response that could exceed the limit because of its slack is measured exactly before it is
 * serialised.
 */
import type { GraphQLError } from "graphql";
import { ParleyError } from "../errors.js";

export interface ResponseLimit {
  /** Maximum of the response as JSON in UTF-8. */
  readonly bytes: number;
  /** Setting that the limit comes from. */
  readonly setting: string;
}

export function lesser(a: ResponseLimit, b: ResponseLimit): ResponseLimit {
  return a.bytes < b.bytes ? a : b;
}

export const unlimited: ResponseLimit = { bytes: Number.POSITIVE_INFINITY, setting: "" };

/** `\u0000`: maximum bytes per UTF-16 code unit. */
const maxBytesOfUnit = 6;
/** `-1.7976931348623157e+308`. */
const maxBytesOfNumber = 24;
const maxBytesOfLiteral = 5;
/** Approximately, without message and path. */
const bytesOfError = 128;
const bytesOfPathKey = 16;
/** `{"data":}`. */
const envelopeBytes = 9;

export class ResponseSize {
  readonly #limit: ResponseLimit;
  /** A lower bound of the bytes added so far. */
  #bytes = envelopeBytes;
  /** Maximum by which `#bytes` may be too low. */
  #slack = 0;
  #errorBytes = 0;
  isExceeded = false;

  constructor(limit: ResponseLimit) {
    this.#limit = limit;
  }

  /** An object or a list, without its values. Throws past the limit. */
  addStructure(bytes: number, slack: number): void {
    this.#slack += slack;
    this.#add(bytes);
  }

  /** A serialized scalar or enum value. Throws past the limit. */
  addLeaf(value: unknown): void {
    if (typeof value !== "string") {
      this.#addOther(value);
      return;
    }
    this.#slack += (maxBytesOfUnit - 1) * value.length;
    this.#add(value.length + 2);
  }

  /** Throws past the limit, unless it was passed before. */
  addError(error: GraphQLError): void {
    if (this.isExceeded) return;
    this.#errorBytes += sizeOfError(error);
    this.#add(sizeOfError(error));
  }

  /** Whether a response of these errors alone is within the limit. */
  areWithin(errors: readonly GraphQLError[]): boolean {
    this.#errorBytes += errors.reduce((sum, error) => sum + sizeOfError(error), 0);
    return this.measure(null);
  }

  /** Whether the complete response is within the limit. */
  isWithin(data: unknown): boolean {
    if (this.isExceeded) return false;
    return this.#bytes + this.#slack <= this.#limit.bytes || this.measure(data);
  }

  /** Counts the data of a complete response again, exactly. Returns whether the response is within the limit. */
  measure(data: unknown): boolean {
    this.#bytes = envelopeBytes + this.#errorBytes;
    try {
      this.#addJson(data);
    } catch (error) {
      if (!this.isExceeded) throw error;
    }
    return !this.isExceeded;
  }

  /** `executed`: root fields of a mutation whose changes are kept. */
  refusal(executed: readonly string[]): GraphQLError {
    return tooLarge(this.#limit, executed);
  }

  #add(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes <= this.#limit.bytes) return;
    this.isExceeded = true;
    throw this.refusal([]);
  }

  #addOther(value: unknown): void {
    if (typeof value === "number") {
      this.#slack += maxBytesOfNumber - 1;
      this.#add(1);
    } else if (typeof value === "boolean" || value === null || value === undefined) {
      this.#slack += maxBytesOfLiteral - 4;
      this.#add(4);
    } else this.#add(Buffer.byteLength(JSON.stringify(value)));
  }

  /** Adds the exact size. */
  #addJson(value: unknown): void {
    if (typeof value === "string") this.#add(bytesOfText(value));
    else if (typeof value !== "object" || value === null) this.#add(String(value ?? null).length);
    else if (Array.isArray(value)) {
      this.#add(bytesOfList(value.length));
      for (const item of value) this.#addJson(item);
    } else if ("toJSON" in value) this.#add(Buffer.byteLength(JSON.stringify(value)));
    else {
      const names = Object.keys(value);
      this.#add(bytesOfList(names.length));
      for (const name of names) {
        // Names in the value of a custom scalar may be any text.
        this.#add(bytesOfText(name) + 1);
        this.#addJson(Reflect.get(value, name));
      }
    }
  }
}

/** `executed`: root fields of a mutation whose changes are kept. */
export function tooLarge({ bytes, setting }: ResponseLimit, executed: readonly string[] = []): ParleyError {
  const message = `The response has more than ${bytes} bytes (${setting}): select fewer fields, or smaller pages.`;
  if (executed.length === 0) return new ParleyError("RESPONSE_LIMIT_EXCEEDED", message, { limit: bytes });
  const done = `${executed.join(", ")} of the mutation was executed and its changes are kept: read them with a query.`;
  return new ParleyError("RESPONSE_LIMIT_EXCEEDED", `${message} ${done}`, { limit: bytes, executed });
}

function sizeOfError({ message, path }: GraphQLError): number {
  return message.length + bytesOfError + bytesOfPathKey * (path?.length ?? 0);
}

/** Bytes of a list without its items: brackets and commas. */
export function bytesOfList(length: number): number {
  return Math.max(length + 1, 2);
}

/** Bytes of an object without its values: braces, names, colons and commas. */
export function bytesOfNames(names: readonly string[]): number {
  return names.reduce((sum, name) => sum + name.length + 3, bytesOfList(names.length));
}

/** Maximum bytes that nulls and errors in place of `count` values may add. */
export function slackOfValues(count: number): number {
  return 4 * count;
}

/** Bytes of a text in JSON, with its quotes. */
function bytesOfText(text: string): number {
  if (!escaped.test(text)) return Buffer.byteLength(text) + 2;
  let bytes = 2;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0x20) bytes += shortEscapes.has(unit) ? 2 : 6;
    else if (unit < 0x80) bytes += unit === 0x22 || unit === 0x5c ? 2 : 1;
    else if (unit < 0x800) bytes += 2;
    else if (unit < 0xd800 || unit > 0xdfff) bytes += 3;
    else if (unit < 0xdc00 && isLowSurrogate(text.charCodeAt(at + 1))) {
      bytes += 4;
      at += 1;
    } else bytes += 6;
  }
  return bytes;
}

/** Finds characters that need escaping in JSON, in less than half the time of the loop. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
const escaped = /[\u0000-\u001f"\\\ud800-\udfff]/;

/** `\b`, `\t`, `\n`, `\f` and `\r`. */
const shortEscapes: ReadonlySet<number> = new Set([8, 9, 10, 12, 13]);

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
