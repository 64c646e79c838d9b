/** Validates page arguments: the "GraphQL Cursor Connections Specification" of Relay, plus `offset`. */

import { type KeyType, type Position, parseCursor } from "../db/cursor.js";
import { ParleyError } from "../errors.js";

/** Arguments of a connection field as they come. */
export interface PageInput {
  readonly first?: number | null | undefined;
  readonly last?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly before?: string | null | undefined;
  readonly offset?: number | null | undefined;
}

/** A page to read. `fromEnd`: the last `size` of the range, still in the list's order. */
export interface PageRequest {
  readonly size: number;
  readonly fromEnd: boolean;
  readonly after: Position | undefined;
  readonly before: Position | undefined;
  readonly offset: number;
}

const defaultSize = 20;
export const maxItems = 100;
export const maxSkipped = 10_000;

/** Validates the arguments. Throws BAD_USER_INPUT or BAD_CURSOR. */
export function checkPage(input: PageInput, list: string, keyType: KeyType): PageRequest {
  const { first, last, after, before, offset } = input;
  if (isGiven(first) && isGiven(last)) throw badInput("first and last cannot be used together");
  if (isGiven(offset) && isGiven(last)) throw badInput("offset can be used with first, not with last");
  const size = isGiven(last) ? inRange("last", last, 1, maxItems) : inRange("first", first ?? defaultSize, 1, maxItems);
  return {
    size,
    fromEnd: isGiven(last),
    after: isGiven(after) ? parseCursor(list, keyType, after, "after") : undefined,
    before: isGiven(before) ? parseCursor(list, keyType, before, "before") : undefined,
    offset: inRange("offset", offset ?? 0, 0, maxSkipped),
  };
}

function isGiven<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined;
}

function inRange(name: string, value: number, least: number, most: number): number {
  if (value >= least && value <= most) return value;
  throw badInput(`${name} must be ${least}–${most.toLocaleString("en-US")}, got ${value}`);
}

function badInput(message: string): ParleyError {
  return new ParleyError("BAD_USER_INPUT", message);
}
