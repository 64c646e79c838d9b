/** Resolvers of reports and the audit log: fields that are not columns. */

import { toGlobalId } from "../../db/global-id.js";
import type { AuditEntryResolvers, ReportResolvers } from "../../generated/graphql.js";
import { users } from "../../loaders/entities/user.js";
import { type SubjectColumn, subjectTypes } from "../../services/outcome.js";
import { isStaff } from "../../services/permissions.js";
import type { Context } from "../context.js";

interface About {
  readonly subjectType: SubjectColumn | null;
  readonly subjectId: number | null;
}

function subject({ subjectType, subjectId }: About, _: unknown, { loaders }: Pick<Context, "loaders">) {
  return subjectType === null || subjectId === null ? null : loaders.node(subjectTypes[subjectType], subjectId);
}

export const report: ReportResolvers = {
  id: ({ id }) => toGlobalId("Report", id),
  subjectId: ({ subjectType, subjectId }) => toGlobalId(subjectTypes[subjectType], subjectId),
  subject,
  reporter: ({ reporterId }, _, { loaders }) => loaders.row(users, reporterId),
  note: ({ note }, _, { viewer }) => (isStaff(viewer) ? note : null),
  resolvedBy: ({ resolvedById }, _, { viewer, loaders }) =>
    isStaff(viewer) && resolvedById !== null ? loaders.row(users, resolvedById) : null,
};

export const auditEntry: AuditEntryResolvers = {
  actor: ({ actorId }, _, { loaders }) => (actorId === null ? null : loaders.row(users, actorId)),
  subjectId: ({ subjectType, subjectId }) =>
    subjectType === null || subjectId === null ? null : toGlobalId(subjectTypes[subjectType], subjectId),
  subject,
};
