/** Transaction of an import batch: the only way an import writes. */
import type { Prisma, PrismaClient } from "../../generated/prisma/client.js";

export type Transaction = Prisma.TransactionClient;

/** A batch takes a fraction of a second; the limit allows for a slow disk and a busy server. */
const timeoutMs = 120_000;

/**
 * Runs `work` in a transaction. `work` must only use `tx`: the embedded database has one connection, which the
 * transaction holds.
 */
export function inTransaction<Result>(
  prisma: PrismaClient,
  work: (tx: Transaction) => Promise<Result>,
): Promise<Result> {
  return prisma.$transaction(work, { maxWait: timeoutMs, timeout: timeoutMs });
}
