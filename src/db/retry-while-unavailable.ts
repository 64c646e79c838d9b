/** Retries reads while the database is unreachable, so that subscribers see a pause instead of an error. */
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { ParleyError } from "../errors.js";
import type { Query } from "./database.js";

const retryMs = 100;

/**
 * Repeats work that only reads until the database is there to do it. Throws what the database, there, refuses. A caller
 * waits as long as the outage lasts, or until the database is closed here.
 */
export async function retryWhileUnavailable<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isUnavailable(error)) throw error;
      await sleep(retryMs);
    }
  }
}

/** The same statements, each retried during an outage. */
export function withRetry(query: Query): Query {
  return (text, values, signal, onMeasured) => retryWhileUnavailable(() => query(text, values, signal, onMeasured));
}

/** SQLSTATE: connection exceptions, a server that stops or starts, too many connections (PostgreSQL, appendix A). */
const awayCodes = /^(?:08|57P0[1-3]|53300)/;
/** What pg and its pool say of a connection that broke, or that could not be had in time; they have no codes. */
const awayMessages = /^(?:Connection terminated|Client has encountered a connection error|timeout e)/;

/** Whether an error says that the database is unreachable or busy, and not that it refused the statement. */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.every(isUnavailable);
  if (!(error instanceof Error)) return false;
  // It is there, but has too much to do: that passes as well.
  if (error instanceof ParleyError) return error.code === "BUSY";
  if (error instanceof pg.DatabaseError) return awayCodes.test(error.code ?? "");
  // A failed system call (unknown host, connection refused or reset), or a closed socket in Node.
  return "syscall" in error || awayMessages.test(error.message) || ("code" in error && isOfSocket(error.code));
}

/** A write after the other side's end, or to a socket that is destroyed: `EPIPE` is Node's own there, without a call. */
function isOfSocket(code: unknown): boolean {
  return code === "EPIPE" || (typeof code === "string" && /^ERR_(?:STREAM|SOCKET)_/.test(code));
}
