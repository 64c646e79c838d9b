/** Actions of users over HTTP. */

import type { Database } from "../../src/db/database.js";
import { toEventCursor } from "../../src/events/event-cursor.js";
import { countWaiting, readBounds } from "../../src/events/event-log.js";
import { graphql } from "../harness/client.js";
import type { Account } from "../harness/server.js";
import { until } from "./inbox.js";

const selections: Record<string, string> = {
  updateProfile: "user { id }",
  createPost: "post { id }",
  updatePost: "post { id }",
  deletePost: "deletedPostId",
  likePost: "post { id }",
  unlikePost: "post { id }",
  createComment: "comment { id }",
  updateComment: "comment { id }",
  deleteComment: "deletedCommentId",
  likeComment: "comment { id }",
  unlikeComment: "comment { id }",
  followUser: "user { id }",
  unfollowUser: "user { id }",
  signOut: "endedSessionCount",
  changePassword: "user { id }",
  deleteMyAccount: "deletedUserId",
  hideContent: "node { id }",
  suspendUser: "user { id }",
  liftSuspension: "user { id }",
};

/** Does one mutation and returns its payload. Throws when it has top-level errors. */
export async function act(url: string, { token }: Pick<Account, "token">, field: string, input: object) {
  const type = `${field.charAt(0).toUpperCase()}${field.slice(1)}Input`;
  const query = `mutation ($input: ${type}!) { ${field}(input: $input) { ${selections[field]} userErrors { code } } }`;
  const { body } = await graphql(url, query, { input }, { token });
  if (body.errors) throw new Error(`${field}: ${JSON.stringify(body.errors)}`);
  return body.data[field];
}

/** Makes a post and returns its id. */
export async function post(url: string, author: Pick<Account, "token">, title: string): Promise<string> {
  return (await act(url, author, "createPost", { title, content: `about ${title}` })).post.id;
}

/** Makes a comment and returns its id. */
export async function comment(
  url: string,
  author: Pick<Account, "token">,
  input: { postId: string; text: string; parentId?: string },
): Promise<string> {
  return (await act(url, author, "createComment", input)).comment.id;
}

/** The cursor of the last event of all that was done. */
export async function cursorNow({ query }: Pick<Database, "query">): Promise<string> {
  await until(async () => (await countWaiting(query)) === 0);
  const { logId, head } = await readBounds(query);
  return toEventCursor(logId, head);
}
