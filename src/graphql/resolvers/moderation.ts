/** Resolvers of reports and the audit log: fields that are not columns. */

import { type NodeType, toGlobalId } from "../../db/global-id.js";
import type { AuditEntryResolvers, ReportResolvers } from "../../generated/graphql.js";
import type { SubjectType } from "../../loaders/entities/report.js";
import { users } from "../../loaders/entities/user.js";
import { isStaff } from "../../services/permissions.js";
import type { Context } from "../context.js";

const nodeTypes = { USER: "User", POST: "Post", COMMENT: "Comment" } as const satisfies Record<SubjectType, NodeType>;

interface About {
  readonly subjectType: SubjectType | null;
  readonly subjectId: number | null;
}

function subject({ subjectType, subjectId }: About, _: unknown, { loaders }: Pick<Context, "loaders">) {
  return subjectType === null || subjectId === null ? null : loaders.node(nodeTypes[subjectType], subjectId);
}

export const report: ReportResolvers = {
  id: ({ id }) => toGlobalId("Report", id),
  subjectId: ({ subjectType, subjectId }) => toGlobalId(nodeTypes[subjectType], subjectId),
  subject,
  reporter: ({ reporterId }, _, { loaders }) => loaders.row(users, reporterId),
  note: ({ note }, _, { viewer }) => (isStaff(viewer) ? note : null),
  resolvedBy: ({ resolvedById }, _, { viewer, loaders }) =>
    isStaff(viewer) && resolvedById !== null ? loaders.row(users, resolvedById) : null,
};

export const auditEntry: AuditEntryResolvers = {
  actor: ({ actorId }, _, { loaders }) => (actorId === null ? null : loaders.row(users, actorId)),
  subjectId: ({ subjectType, subjectId }) =>
    subjectType === null || subjectId === null ? null : toGlobalId(nodeTypes[subjectType], subjectId),
  subject,
};
