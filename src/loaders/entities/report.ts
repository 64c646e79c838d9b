/** Reports. For moderators and the reporter. */
import type { ReportReason, ReportResolution, ReportState } from "../../generated/graphql.js";
import { byId, defineEntity } from "../entity.js";
import { byCreation } from "../list.js";

/** A subject of reports, moderation or the audit log. */
export type SubjectType = "USER" | "POST" | "COMMENT";

export interface ReportRow {
  readonly id: number;
  readonly reporterId: number;
  readonly subjectType: SubjectType;
  readonly subjectId: number;
  readonly reason: ReportReason;
  readonly text: string;
  readonly state: ReportState;
  readonly resolution: ReportResolution | null;
  readonly note: string | null;
  readonly createdAt: string;
  readonly resolvedAt: string | null;
  readonly resolvedById: number | null;
}

const report = defineEntity<ReportRow>({
  type: "Report",
  table: "reports",
  alias: "r",
  visibility: "private",
  columns: {
    reporterId: "reporter_id",
    subjectType: "subject_type",
    subjectId: "subject_id",
    reason: "reason",
    text: "text",
    state: "state",
    resolution: "resolution",
    note: "note",
    createdAt: "created_at",
    resolvedAt: "resolved_at",
    resolvedById: "resolved_by_id",
  },
});

export const reports = byId(report);

const all = byCreation(report, { name: "reports" });

/** Parts of one list: their cursors are interchangeable. */
export const reportsByState = {
  ALL: all,
  OPEN: { ...all, where: "r.state = 'OPEN'" },
  RESOLVED: { ...all, where: "r.state = 'RESOLVED'" },
};
