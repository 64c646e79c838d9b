/** Query resolvers. */

import { type GlobalId, parseGlobalId, parseIdOf } from "../../db/global-id.js";
import { ParleyError } from "../../errors.js";
import type { QueryResolvers } from "../../generated/graphql.js";
import { auditLog } from "../../loaders/entities/audit-entry.js";
import { comments } from "../../loaders/entities/comment.js";
import type { NodeRow } from "../../loaders/entities/entities.js";
import { posts, postsMatching } from "../../loaders/entities/post.js";
import { reportsByState } from "../../loaders/entities/report.js";
import { userLists, users, usersByHandle } from "../../loaders/entities/user.js";
import { InputCheck } from "../../services/input.js";
import { maySeeNode, requireAdmin, requireStaff } from "../../services/permissions.js";
import type { Context } from "../context.js";

const maxNodes = 100;

export const query: QueryResolvers = {
  viewer: (_, _args, { viewer, loaders }) => viewer && loaders.row(users, viewer.id),

  node: (_, { id }, context) => visibleNode(parseGlobalId(id), context),

  nodes: (_, { ids }, context) => {
    if (ids.length > maxNodes) throw badInput(`ids must contain at most ${maxNodes} identifiers, got ${ids.length}`);
    const parsed = ids.map((id) => parseGlobalId(id, "ids"));
    return Promise.all(parsed.map((each) => visibleNode(each, context)));
  },

  user: (_, { id, handle }, { loaders }) => {
    if (typeof id === "string" && typeof handle !== "string") return loaders.row(users, parseIdOf("User", id));
    if (typeof handle === "string" && typeof id !== "string") return loaders.row(usersByHandle, handle.toLowerCase());
    throw badInput("user takes exactly one of id and handle");
  },

  users: (_, input, { loaders }) => loaders.list({ list: userLists.all }, input),

  post: (_, { id }, { loaders }) => loaders.row(posts, parseIdOf("Post", id)),

  posts: (_, { filter, ...input }, { loaders }) => {
    const selection = postsMatching({
      authorId:
        typeof filter?.authorId === "string" ? parseIdOf("User", filter.authorId, "filter.authorId") : undefined,
      search: typeof filter?.search === "string" ? searchText(filter.search) : undefined,
      createdAfter: filter?.createdAfter ?? undefined,
      createdBefore: filter?.createdBefore ?? undefined,
    });
    return loaders.list(selection, input);
  },

  comment: (_, { id }, { loaders }) => loaders.row(comments, parseIdOf("Comment", id)),

  eventCursor: (_, _args, { eventCursor }) => eventCursor,

  reports: (_, { state, ...input }, { viewer, loaders }) => {
    requireStaff(viewer);
    return loaders.list({ list: reportsByState[state ?? "ALL"] }, input);
  },

  auditLog: (_, input, { viewer, loaders }) => {
    requireAdmin(viewer);
    return loaders.list({ list: auditLog }, input);
  },
};

async function visibleNode({ type, id }: GlobalId, { viewer, loaders }: Context): Promise<NodeRow | null> {
  const node = await loaders.node(type, id);
  return node !== null && maySeeNode(viewer, node) ? node : null;
}

function searchText(text: string): string {
  const check = new InputCheck();
  check.length("search", text.trim(), "filter.search");
  const [problem] = check.userErrors;
  if (problem !== undefined) throw badInput(problem.message);
  return text;
}

function badInput(message: string): ParleyError {
  return new ParleyError("BAD_USER_INPUT", message);
}
