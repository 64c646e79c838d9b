/** Authors read in the same statement as what they wrote. Pure: SQL, and rows taken apart. */
import { selectList } from "./columns.js";
import type { Wanted } from "./wanted.js";

const prefix = "author.";
const idColumn = `${prefix}id`;

/** Columns of the author, beside those of the row under `alias`, and what to join for them. */
export function authorSql(alias: string, { properties }: Wanted, viewer: string | undefined) {
  return {
    columns: selectList({ type: "User", alias: "author", properties: properties.User, viewer, prefix }),
    join: `LEFT JOIN users AS author ON author.id = ${alias}.author_id`,
  };
}

/** Gives each row its author, from the columns beside it. */
export function giveAuthors(rows: readonly object[], { properties }: Wanted): void {
  const names = ["id", ...properties.User].map((name) => ({ name, column: prefix + name }));
  for (const row of rows) {
    const flat = row as Record<string, unknown>;
    flat.author = flat[idColumn] === null ? null : taken(flat, names);
  }
}

function taken(flat: Readonly<Record<string, unknown>>, names: readonly { name: string; column: string }[]) {
  const author: Record<string, unknown> = {};
  for (const { name, column } of names) author[name] = flat[column];
  return author;
}
