/** Transaction of an import batch: the only way an import writes. */
import type { Prisma, PrismaClient } from "../../generated/prisma/client.js";

export type Transaction = Prisma.TransactionClient;

/** A batch takes a fraction of a second; a slow disk and a busy server get their time. */
const timeoutMs = 120_000;

/**
 * Runs `work` in a transaction. On the embedded database there is one connection, which the transaction holds: `work`
 * must ask nothing but `tx`.
 */
export function inTransaction<Result>(
  prisma: PrismaClient,
  work: (tx: Transaction) => Promise<Result>,
): Promise<Result> {
  return prisma.$transaction(work, { maxWait: timeoutMs, timeout: timeoutMs });
}
