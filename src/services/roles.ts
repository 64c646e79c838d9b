/**
 * Roles: changed by an operator command, in one transaction with an audit log entry and an event for the other
 * instances.
 */
import { appendEvent } from "../events/event-log.js";
import type { PrismaClient } from "../generated/prisma/client.js";
import type { Role } from "../generated/prisma/enums.js";
import { recordAuditEntry } from "./audit.js";

/** False if there is no account with that handle. Running instances reload the user when they receive the event. */
export function changeRole(prisma: PrismaClient, handle: string, role: Role, now: Date): Promise<boolean> {
  return prisma.$transaction(async (tx) => {
    const [row] = await tx.$queryRaw<{ id: bigint; role: Role }[]>`
      SELECT id, role FROM users WHERE handle = ${handle.toLowerCase()} FOR NO KEY UPDATE`;
    if (row === undefined) return false;
    const userId = Number(row.id);
    await tx.user.update({ where: { id: userId }, data: { role }, select: { id: true } });
    const about = { subject: { type: "User", id: userId }, subjectAuthorId: userId } as const;
    await recordAuditEntry(
      tx,
      { action: "CHANGE_ROLE", actorId: null, ...about, reason: `${row.role} to ${role}` },
      now,
    );
    await appendEvent(tx, { type: "RoleChanged", userId }, now);
    return true;
  });
}
