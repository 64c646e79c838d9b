/**
 * Verifies the current password before an irreversible change. It is verified outside the transaction, since that takes
 * tens of milliseconds; the transaction locks the hash and checks that it is still the verified one.
 */
import { verifyPassword } from "../auth/passwords.js";
import type { PrismaClient } from "../generated/prisma/client.js";
import type { Tx } from "./transaction.js";

/** The hash that the password was verified against; undefined when it is wrong, or the user has none. */
export async function verifiedHash(
  prisma: PrismaClient,
  userId: number,
  password: string,
): Promise<string | undefined> {
  const user = await prisma.user.findUnique({ where: { id: userId }, select: { passwordHash: true } });
  const passwordHash = user?.passwordHash ?? null;
  return (await verifyPassword(passwordHash, password)) ? (passwordHash ?? undefined) : undefined;
}

/** Locks the hash until the transaction ends: no session is opened with it meanwhile. Undefined without a user. */
export async function lockPassword(tx: Tx, userId: number): Promise<string | null | undefined> {
  const [row] = await tx.$queryRaw<{ passwordHash: string | null }[]>`
    SELECT password_hash AS "passwordHash" FROM users WHERE id = ${userId} FOR NO KEY UPDATE`;
  return row?.passwordHash;
}
