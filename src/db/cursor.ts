/** Cursors for keyset pagination: list, ordering value and tie-breaking id in one opaque text. Pure. */
import { ParleyError } from "../errors.js";
import { asciiToBase64url } from "./base64url.js";
import { quote } from "./global-id.js";
import { parseInstant } from "./timestamps.js";

/** Type of the column a list is ordered by. */
export type KeyType = "timestamptz" | "int4";

/** A place in a list: just at the item with this key and id. */
export interface Position {
  readonly key: string;
  readonly id: number;
}

const keyForms: Record<KeyType, RegExp> = {
  timestamptz: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
  int4: /^\d{1,9}$/,
};

/** `list` names the list and its order, such as `posts.LIKE_COUNT`: a cursor is valid for that list only. */
export function toCursor(list: string, position: Position): string {
  return asciiToBase64url(`${list}|${position.key}|${position.id}`);
}

/** Reads a cursor of `list`. Throws BAD_CURSOR when it is none, or one of another list. */
export function parseCursor(list: string, keyType: KeyType, text: string, argument: string): Position {
  const [name = "", key = "", id = ""] = Buffer.from(text, "base64url").toString("latin1").split("|");
  const position = { key, id: Number(id) };
  const isWellFormed = isKey(keyType, key) && /^[1-9]\d{0,15}$/.test(id) && Number.isSafeInteger(position.id);
  if (name === list && isWellFormed && toCursor(list, position) === text) return position;
  throw new ParleyError("BAD_CURSOR", `${argument} must be a cursor of the same list and order, got ${quote(text)}`);
}

function isKey(type: KeyType, key: string): boolean {
  // A day or hour that does not exist is refused by PostgreSQL, though `Date` takes 30 February for 1 March.
  return keyForms[type].test(key) && (type === "int4" || parseInstant(key) === key);
}
