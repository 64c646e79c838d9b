/** Finds the imported users that are the authors of a batch of rows. */
import { sourceOf } from "../sources.js";
import type { Transaction } from "../write/transaction.js";

export interface Authored {
  /** `Id` of a user of the dump; undefined when the account is gone. */
  readonly authorUserId: number | undefined;
}

/** Author of a row; null when it names none, or one that was not imported. */
export type AuthorOf = (row: Authored) => bigint | null;

/** Looks up the authors of `rows` with one statement. */
export async function findAuthors(tx: Transaction, namespace: string, rows: readonly Authored[]): Promise<AuthorOf> {
  const userSource = (userId: number) => sourceOf(namespace, "user", userId);
  const userIds = rows.flatMap(({ authorUserId }) => (authorUserId === undefined ? [] : [authorUserId]));
  const sources = [...new Set(userIds)].map(userSource);
  const users = await tx.user.findMany({ where: { source: { in: sources } }, select: { id: true, source: true } });
  const idBySource = new Map(users.map(({ id, source }) => [source, id]));
  return ({ authorUserId }) => (authorUserId === undefined ? null : (idBySource.get(userSource(authorUserId)) ?? null));
}
