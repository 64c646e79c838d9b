/** Counts what reaches the database, at the drivers: whatever sends it, Prisma or prepared reads. */
import { PGlite } from "@electric-sql/pglite";
import pg from "pg";
import { vi } from "vitest";

/** Runs `work` and returns its result with the text of every statement that reached a database meanwhile. */
export async function recordStatements<T>(work: () => Promise<T>): Promise<{ result: T; statements: string[] }> {
  const statements: string[] = [];
  const note = (query: unknown) => {
    if (typeof query === "string") statements.push(query);
    else if (typeof query === "object" && query !== null && "text" in query) statements.push(String(query.text));
  };
  const clientQuery = pg.Client.prototype.query;
  const onClient = vi.spyOn(pg.Client.prototype, "query").mockImplementation(function (
    this: pg.Client,
    ...args: unknown[]
  ) {
    note(args[0]);
    return Reflect.apply(clientQuery, this, args);
  });
  const pgliteQuery = PGlite.prototype.query;
  const onPglite = vi.spyOn(PGlite.prototype, "query").mockImplementation(function (this: PGlite, ...args: unknown[]) {
    note(args[0]);
    return Reflect.apply(pgliteQuery, this, args);
  });
  try {
    return { result: await work(), statements };
  } finally {
    onClient.mockRestore();
    onPglite.mockRestore();
  }
}
