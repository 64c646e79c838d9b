/** Entries of the audit log. For admins. */
import type { AuditAction } from "../../generated/graphql.js";
import { defineEntity } from "../entity.js";
import { byCreation } from "../list.js";
import type { SubjectType } from "./report.js";

export interface AuditEntryRow {
  readonly id: number;
  readonly action: AuditAction;
  readonly actorId: number | null;
  readonly subjectType: SubjectType | null;
  readonly subjectId: number | null;
  readonly reason: string | null;
  readonly createdAt: string;
}

const auditEntry = defineEntity<AuditEntryRow>({
  type: "AuditEntry",
  table: "audit_log",
  alias: "a",
  visibility: "private",
  columns: {
    action: "action",
    actorId: "actor_id",
    subjectType: "subject_type",
    subjectId: "subject_id",
    reason: "reason",
    createdAt: "created_at",
  },
});

export const auditLog = byCreation(auditEntry, { name: "auditLog" });
