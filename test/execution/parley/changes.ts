/** Mutations in order, each accepted and refused, and every type of event. */
import type { GraphQLSchema } from "graphql";
import { isInterfaceType, isLeafType } from "graphql";
import { type NodeType, toGlobalId } from "../../../src/db/global-id.js";
import { publicEventTypes } from "../../../src/events/event.js";
import type { ParleyOperation } from "./operations.js";

const id = (type: NodeType, number: number) => toGlobalId(type, number);
const userParts = "user { id handle name bio avatarUrl followerCount viewerIsFollowing viewerCanEdit }";
const postParts =
  "post { id title content contentHtml author { handle } likeCount viewerHasLiked viewerCanEdit updatedAt }";
const commentParts =
  "comment { id text textHtml isDeleted author { handle } parent { id } replyCount likeCount viewerHasLiked }";
const reportParts =
  "report { id subjectId subject { id } reason text reporter { handle } state resolution note resolvedBy { handle } }";
const nodeParts =
  "node { __typename id ... on Post { isHidden hiddenReason } ... on Comment { isHidden hiddenReason } }";
const sessionParts = "session { __typename accessToken refreshToken accessTokenExpiresAt } user { handle createdAt }";
/** But for the parts made by chance. */
const keyParts = "apiKey { id name scopes expiresAt";

/** What each answers, besides `userErrors`, and inputs in the order in which they are sent. */
const changes: readonly [string, string, ...Record<string, unknown>[]][] = [
  [
    "updateProfile",
    userParts,
    { name: "Ada L." },
    { handle: "dan" },
    { avatarUrl: null, bio: "" },
    { handle: "a", name: " " },
  ],
  ["createPost", postParts, { title: "Third", content: "*new*" }, { title: "", content: " " }],
  [
    "updatePost",
    postParts,
    { postId: id("Post", 1), title: "First!" },
    { postId: id("Post", 99) },
    { postId: id("Post", 3), title: "x" },
    { postId: "?" },
  ],
  ["likePost", postParts, { postId: id("Post", 2) }, { postId: id("Post", 3) }, { postId: id("Post", 99) }],
  ["unlikePost", postParts, { postId: id("Post", 2) }, { postId: id("User", 2) }],
  [
    "createComment",
    commentParts,
    { postId: id("Post", 1), text: "new" },
    { postId: id("Post", 1), text: "reply", parentId: id("Comment", 1) },
    { postId: id("Post", 2), text: "lost", parentId: id("Comment", 1) },
    { postId: id("Post", 1), text: "" },
  ],
  [
    "updateComment",
    commentParts,
    { commentId: id("Comment", 2), text: "edited" },
    { commentId: id("Comment", 3), text: "edited" },
  ],
  ["likeComment", commentParts, { commentId: id("Comment", 1) }, { commentId: id("Comment", 99) }],
  ["unlikeComment", commentParts, { commentId: id("Comment", 1) }],
  [
    "deleteComment",
    `deletedCommentId ${commentParts}`,
    { commentId: id("Comment", 2) },
    { commentId: id("Comment", 1) },
    { commentId: id("Comment", 2) },
  ],
  ["followUser", userParts, { userId: id("User", 3) }, { userId: id("User", 1) }, { userId: id("User", 99) }],
  ["unfollowUser", userParts, { userId: id("User", 2) }, {}],
  ["blockUser", userParts, { userId: id("User", 3) }, { userId: id("User", 1) }, { userId: id("User", 99) }],
  ["unblockUser", userParts, { userId: id("User", 3) }, { userId: id("Post", 1) }],
  [
    "reportContent",
    reportParts,
    { id: id("Comment", 1), reason: "SPAM", text: "Look" },
    { id: id("Post", 99), reason: "HATE" },
  ],
  [
    "resolveReport",
    reportParts,
    { reportId: toGlobalId("Report", 1), resolution: "DISMISSED", note: "Nothing" },
    { reportId: toGlobalId("Report", 99), resolution: "ACTED" },
  ],
  ["hideContent", nodeParts, { id: id("Post", 1), reason: "Not kind" }, { id: id("User", 1), reason: "x" }],
  ["showContent", nodeParts, { id: id("Post", 1) }, { id: id("Comment", 99) }],
  [
    "suspendUser",
    `${userParts} user { suspendedUntil }`,
    { userId: id("User", 4), until: "2030-01-01T00:00:00Z", reason: "Spam" },
    { userId: id("User", 4), until: "2020-01-01T00:00:00Z", reason: "" },
  ],
  ["liftSuspension", userParts, { userId: id("User", 4) }, { userId: id("User", 2) }],
  ["exportMyData", "document endCursor", {}, { after: "x" }],
  ["deleteMyAccount", "deletedUserId", { password: "wrong one" }],
  ["deletePost", "deletedPostId", { postId: id("Post", 2) }, { postId: id("Post", 2) }, { postId: id("Post", 3) }],
  [
    "signUp",
    sessionParts,
    { handle: "eve", name: "Eve", email: "eve@example.org", password: "long enough" },
    { handle: "ada", name: "", email: "?", password: "x" },
  ],
  [
    "signIn",
    sessionParts,
    { email: "eve@example.org", password: "long enough" },
    { email: "eve@example.org", password: "wrong one" },
  ],
  ["refreshSession", sessionParts, { refreshToken: "nonsense" }],
  ["changePassword", userParts, { currentPassword: "wrong one", newPassword: "another one" }],
  ["createApiKey", `${keyParts} createdAt lastUsedAt }`, { name: "ci", scopes: ["READ"] }, { name: "", scopes: [] }],
  ["revokeApiKey", `${keyParts} }`, { apiKeyId: id("ApiKey", 1) }, { apiKeyId: id("ApiKey", 2) }, { apiKeyId: "?" }],
  ["revokeSession", "revokedSessionId", { sessionId: id("UserSession", 99) }],
  ["signOut", "endedSessionCount", {}, { everywhere: true }, { everywhere: null }],
];

export function mutations(schema: GraphQLSchema): ParleyOperation[] {
  const field = (name: string, parts: string) =>
    `${name}(input: $input) { __typename ${parts} userErrors { code message field } }`;
  const inputType = (name: string) => schema.getMutationType()?.getFields()[name]?.args[0]?.type;
  return [
    ...changes.flatMap(([name, parts, ...inputs]) =>
      inputs.map((input) => ({
        query: `mutation ($input: ${inputType(name)}) { ${field(name, parts)} }`,
        variables: { input },
      })),
    ),
    {
      query: `mutation ($input: FollowUserInput!, $bad: LikePostInput!) { a: ${field("followUser", userParts)}
        likePost(input: $bad) { post { id } } b: ${field("unfollowUser", userParts).replace("$input", `{userId: "${id("User", 3)}"}`)} }`,
      variables: { input: { userId: id("User", 3) }, bad: { postId: "?" } },
    },
  ];
}

/** Names of the mutations above: a new one is missed. */
export const changed: readonly string[] = changes.map(([name]) => name);

const data = { userId: 1, followerId: 2, postId: 1, authorId: 1, commentId: 2 };

/** Each field of each type of event alone, and each subscription field. */
export function events(schema: GraphQLSchema): ParleyOperation[] {
  const event = schema.getType("Event");
  const types = isInterfaceType(event) ? schema.getPossibleTypes(event) : [];
  const eventOf = (type: string, more = {}) => ({
    position: 7,
    cursor: "cursor",
    occurredAt: "2024-01-01T00:00:00.000Z",
    data: { type, ...data, ...more },
  });
  const fields = types.flatMap((type) =>
    Object.values(type.getFields()).map((field) => {
      const selection =
        isLeafType(field.type) || "ofType" in field.type ? field.name : `${field.name} { id __typename }`;
      const query = `subscription { events(types: [${enumName(type.name)}]) { __typename ... on ${type.name} { ${selection} } } }`;
      return { query, rootValue: eventOf(type.name) };
    }),
  );
  const entries = Object.values(schema.getSubscriptionType()?.getFields() ?? {}).map(({ name }) => ({
    query: `subscription { ${name} { __typename id cursor occurredAt } }`,
    rootValue: eventOf(name === "events" ? "CommentLiked" : name[0]?.toUpperCase() + name.slice(1)),
  }));
  return [
    ...fields,
    ...entries,
    {
      query: "subscription { postLiked { post { title viewerHasLiked } user { handle email } } }",
      rootValue: eventOf("PostLiked", { postId: 99 }),
    },
    { query: "subscription { events { id } }", rootValue: eventOf("SessionsEnded") },
    { query: "subscription { postCreated { id } }", rootValue: null },
    {
      query: "subscription ($a: ID) { postCreated(authorId: $a) { id } }",
      rootValue: eventOf("PostCreated"),
      variables: { a: {} },
    },
  ];
}

function enumName(type: string): string {
  const found = Object.entries(publicEventTypes).find(([, name]) => name === type);
  if (found === undefined) throw new Error(`no value of EventType stands for ${type}`);
  return found[0];
}
