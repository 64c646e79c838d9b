/** Reads typed values from a row's attributes and collects the problems. */
import { cleanText } from "../../markdown/clean-text.js";
import type { XmlRow } from "./xml-rows.js";

/**
 * Typed access to the fields of a row. A missing or malformed field returns a placeholder and sets `problem`, so that a
 * row is read as one literal and checked once.
 */
export class RowFields {
  /** Line of the file, from 1. */
  readonly lineNumber: number;
  readonly #attributes: Readonly<Record<string, string>>;
  #problem: string | undefined;

  constructor({ line, attributes }: XmlRow) {
    this.lineNumber = line;
    this.#attributes = attributes;
  }

  /** The first problem, as a sentence. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** The attribute as it is in the file. */
  written(name: string): string | undefined {
    return this.#attributes[name];
  }

  /** Text without the characters that cannot be stored. */
  text(name: string): string {
    const value = this.written(name);
    return value === undefined ? this.#placeholder(`${name} is missing`, "") : cleanText(value);
  }

  /** Text on one line, trimmed. */
  line(name: string): string {
    return this.text(name).replace(/\s+/g, " ").trim();
  }

  /** A whole number of at most 15 digits. */
  number(name: string): number {
    const value = this.text(name);
    if (/^-?\d{1,15}$/.test(value)) return Number(value);
    return this.#placeholder(`${name} must be a whole number, got "${value}"`, 0);
  }

  /** A UTC time without a zone, such as 2011-10-11T18:16:00.230. */
  date(name: string): Date {
    const value = this.text(name);
    const date = utcDate(value);
    return (
      date ??
      this.#placeholder(`${name} must be a UTC time such as 2011-10-11T18:16:00.230, got "${value}"`, new Date(0))
    );
  }

  optionalNumber(name: string): number | undefined {
    return this.written(name) === undefined ? undefined : this.number(name);
  }

  optionalDate(name: string): Date | undefined {
    return this.written(name) === undefined ? undefined : this.date(name);
  }

  #placeholder<Value>(problem: string, value: Value): Value {
    this.#problem ??= problem;
    return value;
  }
}

function utcDate(text: string): Date | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z?$/.test(text)) return undefined;
  const date = new Date(text.endsWith("Z") ? text : `${text}Z`);
  if (Number.isNaN(date.getTime())) return undefined;
  // Date turns 30 February into 1 March.
  return date.toISOString().startsWith(text.slice(0, 19)) ? date : undefined;
}
