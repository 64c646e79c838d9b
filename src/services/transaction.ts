/** Transactions of services: retried after a conflict with another transaction, executed once per `Idempotency-Key`. */

import type { Semaphore } from "../db/semaphore.js";
import type { Deadline } from "../deadline.js";
import { ParleyError } from "../errors.js";
import { hasChangedViewers } from "../events/event-log.js";
import type { Prisma, PrismaClient } from "../generated/prisma/client.js";
import { Prisma as PrismaErrors } from "../generated/prisma/client.js";
import type { UserError } from "./outcome.js";

export type Tx = Prisma.TransactionClient;

/**
 * Runs `work` in a transaction. Whatever throws undoes all of it. The result is plain JSON: for a request that was done
 * before, the one that was kept, or what `repeat` makes of it, which is not kept.
 */
export type Transact = <Result extends { readonly userErrors: UserError[] }>(
  work: (tx: Tx) => Promise<Result>,
  repeat?: (tx: Tx, stored: Result) => Promise<Result>,
) => Promise<Result>;

/** An idempotent mutation field: the first result is stored, and returned to retries. */
export interface IdempotencyScope {
  /** SHA-256 of the caller and the key. */
  readonly keyHash: string;
  /** HMAC of the operation. */
  readonly fingerprint: string;
  readonly userId: number | null;
  /** Response name of the field that runs now: the fields of a mutation run one after the other. */
  field: string;
}

const idempotencyHours = 24;

/**
 * Unique and foreign key violations are lost races, for the checks at a transaction's start have looked before: run
 * again, those checks see what won and refuse it properly. Write conflicts and deadlocks are run again as well.
 */
const lostRaceCodes: readonly string[] = ["P2002", "P2003", "P2034"];
/** The same of a statement of ours, which Prisma gives one code whatever happened. */
const lostRaceKinds: readonly unknown[] = [
  "UniqueConstraintViolation",
  "ForeignKeyConstraintViolation",
  "TransactionWriteConflict",
];
const maxAttempts = 4;

export interface TransactDependencies {
  readonly prisma: PrismaClient;
  readonly writes: Semaphore;
  readonly now: () => Date;
  /** Called after a commit with an event that makes cached viewers invalid (event.ts). */
  readonly invalidateViewers: () => void;
  /** Called after each commit, before its result is returned. `userId` is the user who will read their own write. */
  readonly onCommitted: (userId: number | null) => Promise<void>;
}

/** A transaction that exceeds the deadline is rolled back, and the client gets DEADLINE_EXCEEDED. */
export function createTransact(
  { prisma, writes, now, invalidateViewers, onCommitted }: TransactDependencies,
  deadline: Deadline,
  idempotency: IdempotencyScope | undefined,
  viewerId: number | null,
): Transact {
  return async (work, repeat = async (_, stored) => stored) => {
    const run = async (tx: Tx) => {
      const result = await (idempotency ? workOnce(tx, idempotency, now(), { work, repeat }) : work(tx));
      return { result, changesViewers: hasChangedViewers(tx) };
    };
    const attemptOnce = () => prisma.$transaction(run, { timeout: deadline.remainingMs() });
    for (let attempt = 1; ; attempt += 1) {
      try {
        const { result, changesViewers } = await writes.run(attemptOnce, deadline.signal);
        if (changesViewers) invalidateViewers();
        await onCommitted(viewerId ?? newUserOf(result));
        return result;
      } catch (error) {
        if (isOutOfTime(error))
          throw new ParleyError("DEADLINE_EXCEEDED", "The change timed out (DEADLINE_MS) and was rolled back.");
        if (await isOfDeletedAccount(prisma, error, viewerId))
          throw new ParleyError("UNAUTHENTICATED", "The account has been deleted.");
        if (attempt === maxAttempts || !isLostRace(error)) throw error;
      }
    }
  };
}

/** A sign-up has no viewer before, but a user afterwards. */
function newUserOf(result: object): number | null {
  return "userId" in result && typeof result.userId === "number" ? result.userId : null;
}

async function workOnce<Result extends { readonly userErrors: UserError[] }>(
  tx: Tx,
  { keyHash, fingerprint, userId, field }: IdempotencyScope,
  now: Date,
  { work, repeat }: { work: (tx: Tx) => Promise<Result>; repeat: (tx: Tx, stored: Result) => Promise<Result> },
): Promise<Result> {
  // A retry that overtakes the first request waits here until that one has committed.
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${keyHash}, 0))`;
  await tx.idempotencyKey.deleteMany({ where: { keyHash, expiresAt: { lte: now } } });
  const earlier = await tx.idempotencyKey.findMany({ where: { keyHash } });
  if (earlier.some((each) => each.fingerprint !== fingerprint)) {
    throw new ParleyError(
      "IDEMPOTENCY_KEY_REUSED",
      "The Idempotency-Key has already been used with another operation.",
    );
  }
  const done = earlier.find((each) => each.field === field);
  // The fingerprint matches, so the stored result came from the same `work`.
  if (done !== undefined) return repeat(tx, done.result as unknown as Result);
  const result = await work(tx);
  if (result.userErrors.length > 0) return result;
  // The account is gone, so there can be no retry.
  if ("deletedUserId" in result) return result;
  const expiresAt = new Date(now.getTime() + idempotencyHours * 3_600_000);
  const stored = result as unknown as Prisma.InputJsonObject;
  await tx.idempotencyKey.create({ data: { keyHash, field, fingerprint, userId, result: stored, expiresAt } });
  return result;
}

/** Prisma has given the transaction up, or PostgreSQL has cancelled its statement. */
function isOutOfTime(error: unknown): boolean {
  if (error instanceof PrismaErrors.PrismaClientKnownRequestError && error.code === "P2028") return true;
  return error instanceof Error && error.message.includes("canceling statement due to statement timeout");
}

/** A request that was on its way while its viewer deleted their account finds no row to change, or to refer to. */
async function isOfDeletedAccount(prisma: PrismaClient, error: unknown, viewerId: number | null): Promise<boolean> {
  if (viewerId === null || !(error instanceof PrismaErrors.PrismaClientKnownRequestError)) return false;
  if (error.code !== "P2003" && error.code !== "P2025") return false;
  return (await prisma.user.count({ where: { id: viewerId } })) === 0;
}

function isLostRace(error: unknown): boolean {
  if (!(error instanceof PrismaErrors.PrismaClientKnownRequestError)) return false;
  return lostRaceCodes.includes(error.code) || lostRaceKinds.includes(kindOf(error.meta?.driverAdapterError));
}

/** The database error as wrapped by the driver adapter. */
function kindOf(error: unknown): unknown {
  if (!(error instanceof Error) || typeof error.cause !== "object" || error.cause === null) return undefined;
  return "kind" in error.cause ? error.cause.kind : undefined;
}
