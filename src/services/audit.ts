/** The audit log: what was done by virtue of a role, written in the transaction of the deed. */
import type { Viewer } from "../auth/viewer.js";
import type { Prisma } from "../generated/prisma/client.js";
import type { AuditAction } from "../generated/prisma/enums.js";
import type { Subject } from "./outcome.js";

export interface Deed {
  readonly action: AuditAction;
  /** Null for a command of the operator. */
  readonly actorId: number | null;
  readonly subject: Subject;
  readonly reason?: string | undefined;
}

export const subjectTypes = { User: "USER", Post: "POST", Comment: "COMMENT" } as const;

export async function recordDeed(
  tx: Pick<Prisma.TransactionClient, "auditEntry">,
  { action, actorId, subject, reason }: Deed,
  createdAt: Date,
): Promise<void> {
  const about = { subjectType: subjectTypes[subject.type], subjectId: subject.id };
  await tx.auditEntry.create({
    data: { action, actorId, ...about, reason: reason ?? null, createdAt },
    select: { id: true },
  });
}

/** Records what a moderator does to what somebody else wrote; what authors do to their own is not recorded. */
export async function recordIfByRole(
  tx: Pick<Prisma.TransactionClient, "auditEntry">,
  viewer: Viewer,
  authorId: number | null,
  deed: Pick<Deed, "action" | "subject">,
  now: Date,
): Promise<void> {
  if (authorId !== viewer.id) await recordDeed(tx, { ...deed, actorId: viewer.id }, now);
}
