/** Audit log: records actions of moderators, admins and the operator, in the transaction of the action. */
import type { Viewer } from "../auth/viewer.js";
import { ParleyError } from "../errors.js";
import type { Prisma } from "../generated/prisma/client.js";
import type { AuditAction, Role } from "../generated/prisma/enums.js";
import { type Subject, subjectData, suspendedError } from "./outcome.js";

export interface AuditEntryInput {
  readonly action: AuditAction;
  /** Null for a command of the operator. */
  readonly actorId: number | null;
  readonly subject: Subject;
  /** The user it is about, or the author of the content: their account may be deleted after the content. */
  readonly subjectAuthorId: number | null;
  readonly reason?: string | undefined;
}

/**
 * Throws FORBIDDEN when the actor has lost the role since the request began, or is suspended: the action is rolled
 * back.
 */
export async function recordAuditEntry(
  tx: Pick<Prisma.TransactionClient, "auditEntry" | "$queryRaw">,
  { action, actorId, subject, subjectAuthorId, reason }: AuditEntryInput,
  createdAt: Date,
): Promise<void> {
  if (actorId !== null) await confirmRole(tx, actorId, createdAt);
  const about = { ...subjectData(subject), subjectAuthorId };
  await tx.auditEntry.create({
    data: { action, actorId, ...about, reason: reason ?? null, createdAt },
    select: { id: true },
  });
}

/** Records changes by moderators to the content of others; changes by authors are not recorded. */
export async function recordIfByRole(
  tx: Pick<Prisma.TransactionClient, "auditEntry" | "$queryRaw">,
  viewer: Viewer,
  authorId: number | null,
  auditEntry: Pick<AuditEntryInput, "action" | "subject">,
  now: Date,
): Promise<void> {
  if (authorId === viewer.id) return;
  await recordAuditEntry(tx, { ...auditEntry, actorId: viewer.id, subjectAuthorId: authorId }, now);
}

/** Locks the role until the transaction ends. */
async function confirmRole(tx: Pick<Prisma.TransactionClient, "$queryRaw">, actorId: number, now: Date): Promise<void> {
  const [actor] = await tx.$queryRaw<{ role: Role; suspendedUntil: Date | null }[]>`
    SELECT role, suspended_until AS "suspendedUntil" FROM users WHERE id = ${actorId} FOR SHARE`;
  const isSuspended = actor !== undefined && suspendedError(actor.suspendedUntil, now) !== undefined;
  if (actor !== undefined && actor.role !== "USER" && !isSuspended) return;
  throw new ParleyError("FORBIDDEN", "Only moderators and admins may do this, and your role has been removed.");
}
