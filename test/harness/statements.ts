/** Records what reaches the database, at the drivers, and what caused it: Prisma and prepared reads alike. */
import { AsyncLocalStorage } from "node:async_hooks";
import { Server } from "node:http";
import { PGlite } from "@electric-sql/pglite";
import pg from "pg";
import { vi } from "vitest";

/** A statement as the driver was given it. */
export interface SentStatement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** The recording that caused what runs now: its own work, or a request that a server of this process got meanwhile. */
const causes = new AsyncLocalStorage<object>();

/**
 * Runs `work` and returns its result with the statements that it caused, itself or by requests to servers of this
 * process. What those servers do in the background is not among them. With `selected`, the statements that match it
 * instead, whatever caused them: deliveries to subscribers are work of the background.
 */
export async function recordStatements<T>(
  work: () => Promise<T>,
  selected?: RegExp,
): Promise<{ readonly result: T; readonly statements: readonly SentStatement[] }> {
  const recording = {};
  const statements: SentStatement[] = [];
  const note = (statement: SentStatement) => {
    const isWanted = selected?.test(statement.text) ?? causes.getStore() === recording;
    if (isWanted) statements.push(statement);
  };
  const emit = Server.prototype.emit;
  const onEmit = vi.spyOn(Server.prototype, "emit").mockImplementation(function (this: Server, ...args: unknown[]) {
    const emitted = () => Reflect.apply(emit, this, args);
    return args[0] === "request" ? causes.run(recording, emitted) : emitted();
  });
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
    return { result: await causes.run(recording, work), statements };
  } finally {
    onEmit.mockRestore();
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
