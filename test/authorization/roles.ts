/** Columns and expectations of the authorization matrix. Pure. */
import type { ErrorCode } from "../../src/errors.js";
import type { ApiKeyScope, UserErrorCode } from "../../src/generated/graphql.js";

/**
 * The owner wrote, owns and is what is asked for; the user is somebody else. So are the blocked one, whom the owner blocks,
 * and the external one, who comes with a token of another issuer.
 */
export const roles = ["anonymous", "user", "owner", "blocked", "moderator", "admin", "external"] as const;

export type Role = (typeof roles)[number];

/** What a row says of those who come with API keys follows from its scope: see `expectedOf`. */
export const keyHolders = ["keyWithScope", "keyWithoutScope", "keyOfAdmin", "keyOfAdminWithoutModerate"] as const;

export type Column = Role | (typeof keyHolders)[number];

export const columns: readonly Column[] = [...roles, ...keyHolders];

/** What each role is expected to meet with. An error code stands for itself. */
export type ByRole<Expected extends string> = Readonly<Record<Role, Expected>>;

export interface Row<Expected extends string> {
  /** What an API key needs for it; null where none will do. */
  readonly scope: ApiKeyScope | null;
  readonly by: ByRole<Expected>;
}

/**
 * Of a field that is read. Shown: it has a value; a list has the object in it. Unlisted: a list without it. Unreachable:
 * the object that has the field is not there for this role. `true` and `false`: shown, and this.
 */
export type Reading = "shown" | "null" | "unlisted" | "unreachable" | "true" | "false" | ErrorCode;

/** Of a mutation. Done: without errors; otherwise nothing changes. */
export type Changing = "done" | UserErrorCode | ErrorCode;

/** Of a subscription field. Silent: it is accepted, and such an event is not sent. */
export type Reception = "received" | "silent" | ErrorCode;

/** All are alike, but for those named. */
export function everybody<Expected extends string>(
  it: Expected,
  except: Partial<ByRole<Expected>> = {},
): ByRole<Expected> {
  return { anonymous: it, user: it, owner: it, blocked: it, moderator: it, admin: it, external: it, ...except };
}

export type Table<Expected extends string> = Readonly<Record<string, Row<Expected>>>;

/** The same row for some fields of a type, named with spaces between. */
export function rows<Expected extends string>(
  type: string,
  fields: string,
  scope: ApiKeyScope | null,
  by: ByRole<Expected>,
): Table<Expected> {
  return Object.fromEntries(fields.split(" ").map((field) => [`${type}.${field}`, { scope, by }]));
}

/** Throws for a coordinate that has two rows. */
export function tableOf<Expected extends string>(...parts: readonly Table<Expected>[]): Table<Expected> {
  const all = parts.flatMap((part) => Object.keys(part));
  const twice = all.filter((name, index) => all.indexOf(name) !== index);
  if (twice.length > 0) throw new Error(`more than one row in the authorisation table: ${twice.join(", ")}`);
  return Object.assign({}, ...parts);
}

/**
 * With the scope, a key of the owner's does what the owner does; without it, nothing. A key of an admin's does what an
 * admin does, or, without the scope MODERATE, what any user does, and then nothing with webhooks. What is not open to keys
 * is refused them all.
 */
export function expectedOf<Expected extends string>(
  { scope, by }: Row<Expected>,
  column: Column,
): Expected | "FORBIDDEN" {
  if (!isKeyHolder(column)) return by[column];
  if (scope === null || column === "keyWithoutScope") return "FORBIDDEN";
  if (column === "keyWithScope") return by.owner;
  if (column === "keyOfAdmin") return by.admin;
  return scope === "MODERATE" || scope === "WEBHOOKS" ? "FORBIDDEN" : by.user;
}

export function isKeyHolder(column: Column): column is (typeof keyHolders)[number] {
  return keyHolders.some((each) => each === column);
}

const allScopes: readonly ApiKeyScope[] = ["READ", "WRITE", "LIVE", "WEBHOOKS", "MODERATE", "EMAIL"];

/** The scopes of the key that a column comes with to a field. `also`: what the way there needs. */
export function scopesOf(
  column: (typeof keyHolders)[number],
  scope: ApiKeyScope | null,
  also: ApiKeyScope,
): readonly ApiKeyScope[] {
  if (column === "keyWithScope") return scope === null ? allScopes : [...new Set([also, scope])];
  if (column === "keyWithoutScope") return allScopes.filter((each) => each !== scope);
  return column === "keyOfAdmin" ? allScopes : allScopes.filter((each) => each !== "MODERATE");
}

/** What a column may select besides what needs READ alone; undefined for whoever comes without a key. */
export function selectableBy(
  column: Column,
  scope: ApiKeyScope | null,
  also: ApiKeyScope,
): readonly ApiKeyScope[] | undefined {
  if (!isKeyHolder(column)) return undefined;
  const scopes = scopesOf(column, scope, also);
  return column === "keyOfAdminWithoutModerate" ? scopes.filter((each) => each !== "WEBHOOKS") : scopes;
}
