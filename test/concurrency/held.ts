/** Stops an operation before one of its steps, for deterministic races. */

import { Semaphore } from "../../src/db/semaphore.js";
import type { Cancellation } from "../../src/deadline.js";
import type { PrismaClient } from "../../src/generated/prisma/client.js";
import type { ContextDependencies } from "../../src/graphql/context.js";
import type { TestDatabase } from "../harness/database.js";

export interface Held<Result> {
  /** Resolves with true when it waits before its step, with false when it has ended without coming to it. */
  readonly reached: Promise<boolean>;
  readonly result: Promise<Result>;
  /** Whether it has begun its transaction. */
  isInTransaction(): boolean;
  goOn(): void;
}

/** Steps count from 0: each statement that Prisma is asked for, and each beginning of a transaction. */
export function holdAt<Result>(
  dependencies: ContextDependencies,
  step: number,
  operation: (dependencies: ContextDependencies) => Promise<Result>,
): Held<Result> {
  let at = 0;
  let hasBegun = false;
  let [goOn, tellReached] = [(): void => undefined, (_: boolean): void => undefined];
  const released = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const reached = new Promise<boolean>((resolve) => {
    tellReached = resolve;
  });
  const pause = async () => {
    at += 1;
    if (at !== step + 1) return;
    tellReached(true);
    await released;
  };
  class HeldGate extends Semaphore {
    override async run<T>(work: () => Promise<T>, signal?: Cancellation): Promise<T> {
      await pause();
      hasBegun = true;
      return dependencies.writes.run(work, signal);
    }
  }
  const prisma = dependencies.prisma.$extends({
    query: {
      async $allOperations({ args, query }) {
        await pause();
        return query(args);
      },
    },
  }) as unknown as PrismaClient;
  const result = operation({ ...dependencies, prisma, writes: new HeldGate(1, 0) });
  const tellEnded = () => tellReached(false);
  result.then(tellEnded, tellEnded);
  return { reached, result, isInTransaction: () => hasBegun, goOn };
}

/**
 * Waits until `other` has ended, or can do no more while `held` waits: on PostgreSQL it waits for a lock then; the embedded
 * database has one connection, which belongs to the transaction that is held.
 */
export async function untilItWaits(
  database: TestDatabase,
  held: Held<unknown>,
  other: Promise<unknown>,
): Promise<"ended" | "waiting"> {
  let hasEnded = false;
  const end = () => {
    hasEnded = true;
  };
  other.then(end, end);
  if (database.kind === "embedded" && held.isInTransaction()) return "waiting";
  while (!hasEnded) {
    const [row] = await database.query<{ count: number }>(
      `SELECT count(*) AS count FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      [],
    );
    if ((row?.count ?? 0) > 0) return "waiting";
    // Another turn: what the other is at goes on.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return "ended";
}
