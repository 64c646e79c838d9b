/** Suspensions: end all sessions of a user and prevent sign-in until a given time. Recorded in the audit log. */
import type { Viewer } from "../auth/viewer.js";
import { ParleyError } from "../errors.js";
import { appendEvent } from "../events/event-log.js";
import type { Role } from "../generated/graphql.js";
import { recordAuditEntry } from "./audit.js";
import { InputCheck } from "./input.js";
import { notFound, type UserOutcome, userError } from "./outcome.js";
import { endSessions } from "./session-rows.js";
import type { Transact, Tx } from "./transaction.js";

export function createSuspensionService(transact: Transact, now: () => Date) {
  return {
    /** `until` is RFC 3339. */
    async suspend(viewer: Viewer, input: { userId: number; until: string; reason: string }): Promise<UserOutcome> {
      const { userId, until } = input;
      if (userId === viewer.id) return refusedSelf("You cannot suspend yourself.");
      const check = new InputCheck();
      const reason = check.text("reason", input.reason);
      if (Date.parse(until) <= now().getTime())
        check.refuse("INVALID", "until", `until must be in the future, got ${until}`);
      if (check.userErrors.length > 0) return { userId: null, userErrors: check.userErrors };

      return transact(async (tx) => {
        if (!(await lockSubject(tx, viewer, userId))) return noSuchUser();
        await tx.user.update({ where: { id: userId }, data: { suspendedUntil: until } });
        await endSessions(tx, { userId }, now());
        await appendEvent(tx, { type: "SuspensionChanged", userId, isSuspended: true }, now());
        const auditEntry = { action: "SUSPEND", actorId: viewer.id, ...aboutUser(userId) } as const;
        await recordAuditEntry(tx, { ...auditEntry, reason: `until ${until}: ${reason}` }, now());
        return { userId, userErrors: [] };
      });
    },

    async lift(viewer: Viewer, { userId }: { userId: number }): Promise<UserOutcome> {
      if (userId === viewer.id) return refusedSelf("You cannot lift your own suspension.");
      return transact(async (tx) => {
        const found = await lockSubject(tx, viewer, userId);
        if (found === undefined) return noSuchUser();
        if (found.isSuspended) {
          await tx.user.update({ where: { id: userId }, data: { suspendedUntil: null } });
          await appendEvent(tx, { type: "SuspensionChanged", userId, isSuspended: false }, now());
          const auditEntry = { action: "LIFT_SUSPENSION", actorId: viewer.id, ...aboutUser(userId) } as const;
          await recordAuditEntry(tx, auditEntry, now());
        }
        return { userId, userErrors: [] };
      });
    },
  };
}

interface LockedSubject {
  readonly isSuspended: boolean;
}

/** Throws FORBIDDEN if the viewer's current role does not suffice. Undefined if there is no such user. */
async function lockSubject(tx: Tx, viewer: Viewer, userId: number): Promise<LockedSubject | undefined> {
  // Both at once and in order: two who suspend each other do not deadlock.
  const rows = await tx.$queryRaw<{ id: bigint; role: Role; suspended_until: Date | null }[]>`
    SELECT id, role, suspended_until FROM users WHERE id IN (${userId}, ${viewer.id}) ORDER BY id FOR NO KEY UPDATE`;
  const row = rows.find(({ id }) => Number(id) === userId);
  if (row === undefined) return undefined;
  const isAdmin = rows.some(({ id, role }) => Number(id) === viewer.id && role === "ADMIN");
  if (row.role === "ADMIN" || (row.role === "MODERATOR" && !isAdmin))
    throw new ParleyError("FORBIDDEN", "Only admins can suspend moderators, and admins cannot be suspended.");
  return { isSuspended: row.suspended_until !== null };
}

function aboutUser(id: number) {
  return { subject: { type: "User", id }, subjectAuthorId: id } as const;
}

function noSuchUser(): UserOutcome {
  return { userId: null, userErrors: [notFound("user", "userId")] };
}

function refusedSelf(message: string): UserOutcome {
  return { userId: null, userErrors: [userError("SELF", "userId", message)] };
}
