/** Records what reaches the database, at the drivers: whatever sends it, Prisma or prepared reads. */
import { PGlite } from "@electric-sql/pglite";
import pg from "pg";
import { vi } from "vitest";

/** A statement as the driver was given it. */
export interface SentStatement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** The relay, the tail, the webhooks' worker and the removal of what has expired look into the database in their own time. */
const inTheBackground =
  /\b(number_events|event_head|pg_try_advisory_lock|FROM events)\b|^(UN)?LISTEN\b|^WITH (gone|free)\b/;

/**
 * Runs `work` and returns its result with every statement that reached a database meanwhile, for it or for others: those
 * that match `selected`, or all but those of the background.
 */
export async function recordStatements<T>(
  work: () => Promise<T>,
  selected?: RegExp,
): Promise<{ readonly result: T; readonly statements: readonly SentStatement[] }> {
  const statements: SentStatement[] = [];
  const note = (statement: SentStatement) => {
    if (selected?.test(statement.text) ?? !inTheBackground.test(statement.text)) statements.push(statement);
  };
  const clientQuery = pg.Client.prototype.query;
  const onClient = vi.spyOn(pg.Client.prototype, "query").mockImplementation(function (
    this: pg.Client,
    ...args: unknown[]
  ) {
    note(toStatement(args));
    return Reflect.apply(clientQuery, this, args);
  });
  const pgliteQuery = PGlite.prototype.query;
  const onPglite = vi.spyOn(PGlite.prototype, "query").mockImplementation(function (this: PGlite, ...args: unknown[]) {
    note(toStatement(args));
    return Reflect.apply(pgliteQuery, this, args);
  });
  try {
    return { result: await work(), statements };
  } finally {
    onClient.mockRestore();
    onPglite.mockRestore();
  }
}

/** Both drivers take a text and its values; `pg` takes an object with both as well. */
function toStatement([query, values]: unknown[]): SentStatement {
  if (typeof query === "string") return { text: query, values: Array.isArray(values) ? values : [] };
  if (typeof query === "object" && query !== null && "text" in query) {
    const inside = "values" in query ? query.values : values;
    return { text: String(query.text), values: Array.isArray(inside) ? inside : [] };
  }
  throw new Error(`a driver was given neither a text nor a statement but a ${typeof query}`);
}
