/** The columns of the authorisation matrix: who asks, what may be answered, and rows that say it of a field. */
import type { ErrorCode } from "../../src/errors.js";
import type { UserErrorCode } from "../../src/generated/graphql.js";

/**
 * The owner wrote, owns and is what is asked for; the user is somebody else. What the rows say of the rest they say of
 * somebody else too.
 */
export const roles = ["anonymous", "user", "owner", "moderator", "admin"] as const;

export type Role = (typeof roles)[number];

/** What a role is expected to meet with. An error code stands for itself. */
export type Row<Expected extends string> = Readonly<Record<Role, Expected>>;

/**
 * Of a field that is read. Shown: it has a value; a list has the object in it. Unlisted: a list without it. Unreachable:
 * the object that has the field is not there for this role. `true` and `false`: shown, and this.
 */
export type Reading = "shown" | "null" | "unlisted" | "unreachable" | "true" | "false" | ErrorCode;

/** Of a mutation. Done: without errors; otherwise nothing changes. */
export type Changing = "done" | UserErrorCode | ErrorCode;

/** Of a subscription field. Silent: it is accepted, and such an event is not sent. */
export type Listening = "told" | "silent" | ErrorCode;

/** A row in which all are alike, but for those named. */
export function everybody<Expected extends string>(it: Expected, except: Partial<Row<Expected>> = {}): Row<Expected> {
  return { anonymous: it, user: it, owner: it, moderator: it, admin: it, ...except };
}

export type Table<Expected extends string> = Readonly<Record<string, Row<Expected>>>;

/** The same row for some fields of a type, named with spaces between. */
export function rows<Expected extends string>(type: string, fields: string, row: Row<Expected>): Table<Expected> {
  return Object.fromEntries(fields.split(" ").map((field) => [`${type}.${field}`, row]));
}

/** Throws for a coordinate that has two rows. */
export function tableOf<Expected extends string>(...parts: readonly Table<Expected>[]): Table<Expected> {
  const all = parts.flatMap((part) => Object.keys(part));
  const twice = all.filter((name, index) => all.indexOf(name) !== index);
  if (twice.length > 0) throw new Error(`more than one row in the authorisation table: ${twice.join(", ")}`);
  return Object.assign({}, ...parts);
}
