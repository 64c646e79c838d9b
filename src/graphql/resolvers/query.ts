/** Query resolvers. */

import { type GlobalId, parseGlobalId, parseIdOf } from "../../db/global-id.js";
import { ParleyError } from "../../errors.js";
import type { QueryResolvers } from "../../generated/graphql.js";
import type { NodeRow } from "../../loaders/rows.js";
import { InputCheck } from "../../services/input.js";
import { maySeeNode, requireAdmin, requireStaff } from "../../services/permissions.js";
import type { Context } from "../context.js";

const maxNodes = 100;

export const query: QueryResolvers = {
  viewer: (_, _args, { viewer, loaders }) => viewer && loaders.users.load(viewer.id),

  node: (_, { id }, context) => visibleNode(parseGlobalId(id), context),

  nodes: (_, { ids }, context) => {
    if (ids.length > maxNodes) throw badInput(`ids must contain at most ${maxNodes} identifiers, got ${ids.length}`);
    const parsed = ids.map((id) => parseGlobalId(id, "ids"));
    return Promise.all(parsed.map((each) => visibleNode(each, context)));
  },

  user: (_, { id, handle }, { loaders }) => {
    if (typeof id === "string" && typeof handle !== "string") return loaders.users.load(parseIdOf("User", id));
    if (typeof handle === "string" && typeof id !== "string") return loaders.usersByHandle.load(handle.toLowerCase());
    throw badInput("user takes exactly one of id and handle");
  },

  users: (_, input, { loaders }) => loaders.allUsers(input),

  post: (_, { id }, { loaders }) => loaders.posts.load(parseIdOf("Post", id)),

  posts: (_, { filter, ...input }, { loaders }) =>
    loaders.allPosts(input, {
      authorId:
        typeof filter?.authorId === "string" ? parseIdOf("User", filter.authorId, "filter.authorId") : undefined,
      search: typeof filter?.search === "string" ? searchText(filter.search) : undefined,
      createdAfter: filter?.createdAfter ?? undefined,
      createdBefore: filter?.createdBefore ?? undefined,
    }),

  comment: (_, { id }, { loaders }) => loaders.comments.load(parseIdOf("Comment", id)),

  eventCursor: (_, _args, { eventCursor }) => eventCursor,

  reports: (_, { state, ...input }, { viewer, loaders }) => {
    requireStaff(viewer);
    return loaders.reportsIn(state ?? "ALL", input);
  },

  auditLog: (_, input, { viewer, loaders }) => {
    requireAdmin(viewer);
    return loaders.auditLog(input);
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
