/** Reports to the moderators, and their resolution. */
import type { Viewer } from "../auth/viewer.js";
import type { ReportReason, ReportResolution } from "../generated/graphql.js";
import { recordAuditEntry } from "./audit.js";
import { InputCheck } from "./input.js";
import {
  notFound,
  type ReportOutcome,
  type Subject,
  type SubjectColumn,
  subjectData,
  subjectTypes,
  userError,
} from "./outcome.js";
import { mayEdit } from "./permissions.js";
import type { Transact, Tx } from "./transaction.js";

export interface NewReport {
  readonly subject: Subject;
  readonly reason: ReportReason;
  readonly text?: string | null | undefined;
}

export interface Resolved {
  readonly reportId: number;
  readonly resolution: ReportResolution;
  readonly note?: string | null | undefined;
}

/** Maximum open reports of one user, to protect the moderators. */
const maxOpenReports = 100;

export function createReportService(transact: Transact, now: () => Date) {
  return {
    async report(viewer: Viewer, { subject, reason, text = "" }: NewReport): Promise<ReportOutcome> {
      const check = new InputCheck();
      check.length("reportText", text ?? "", "text");
      if (check.userErrors.length > 0) return { reportId: null, userErrors: check.userErrors };

      return transact(async (tx) => {
        // Those of one user queue at their row: two at once would both be the first.
        await tx.$executeRaw`SELECT FROM users WHERE id = ${viewer.id} FOR NO KEY UPDATE`;
        const found = await findSubject(tx, subject);
        // Blocked users can be reported as well, so blocks are ignored here.
        if (found === undefined || (found.isHidden && !mayEdit(viewer, found.authorId)))
          return refused("NOT_FOUND", "id", "No post, comment or user with this id exists.");
        if (found.authorId === viewer.id)
          return refused("SELF", "id", "You cannot report yourself or your own content.");
        const about = subjectData(subject);
        const whose = { subjectAuthorId: found.authorId };
        const mine = { reporterId: viewer.id, state: "OPEN" } as const;
        const open = await tx.report.findFirst({ where: { ...mine, ...about }, select: { id: true } });
        if (open !== null) return { reportId: Number(open.id), userErrors: [] };
        if ((await tx.report.count({ where: mine })) >= maxOpenReports)
          return refused("TOO_MANY", null, `You have reached the limit of ${maxOpenReports} open reports.`);
        const data = { ...about, ...whose, reporterId: viewer.id, reason, text: text ?? "", createdAt: now() };
        const { id } = await tx.report.create({ data, select: { id: true } });
        return { reportId: Number(id), userErrors: [] };
      });
    },

    async resolve(viewer: Viewer, { reportId, resolution, note }: Resolved): Promise<ReportOutcome> {
      const check = new InputCheck();
      check.length("note", note ?? "");
      if (check.userErrors.length > 0) return { reportId: null, userErrors: check.userErrors };

      return transact(async (tx) => {
        const [row] = await tx.$queryRaw<LockedReport[]>`
          SELECT subject_type::text, subject_id, subject_author_id FROM reports WHERE id = ${reportId} FOR UPDATE`;
        if (row === undefined) return { reportId: null, userErrors: [notFound("report", "reportId")] };
        const came = { state: "RESOLVED", resolution, note: note || null, resolvedById: viewer.id } as const;
        await tx.report.update({ where: { id: reportId }, data: { ...came, resolvedAt: now() }, select: { id: true } });
        const subject = { type: subjectTypes[row.subject_type], id: Number(row.subject_id) };
        const reason = note ? `${resolution}: ${note}` : resolution;
        const subjectAuthorId = row.subject_author_id === null ? null : Number(row.subject_author_id);
        const auditEntry = { action: "RESOLVE_REPORT", actorId: viewer.id, subject, subjectAuthorId, reason } as const;
        await recordAuditEntry(tx, auditEntry, now());
        return { reportId, userErrors: [] };
      });
    },
  };
}

interface LockedReport {
  readonly subject_type: SubjectColumn;
  readonly subject_id: bigint;
  readonly subject_author_id: bigint | null;
}

/** Its author, and whether it is hidden. */
async function findSubject(tx: Tx, { type, id }: Subject) {
  if (type === "User") {
    const user = await tx.user.findUnique({ where: { id }, select: { id: true } });
    return user === null ? undefined : { authorId: Number(user.id), isHidden: false };
  }
  const select = { authorId: true, isHidden: true };
  const row =
    type === "Post"
      ? await tx.post.findUnique({ where: { id }, select })
      : await tx.comment.findFirst({ where: { id, deletedAt: null }, select });
  if (row === null) return undefined;
  return { authorId: row.authorId === null ? null : Number(row.authorId), isHidden: row.isHidden };
}

function refused(code: "NOT_FOUND" | "SELF" | "TOO_MANY", field: string | null, message: string): ReportOutcome {
  return { reportId: null, userErrors: [userError(code, field, message)] };
}
