/** A path to one of the owner's objects for every field that returns objects. */
import type { Account } from "./community.js";
import type { Coordinate } from "./coordinates.js";
import type { Thing, Things } from "./things.js";

export interface Example {
  /** Global id of the object that has the field; undefined for `Query`, and for parts of a page. */
  readonly from?: string;
  /** Arguments, without parentheses. */
  readonly args?: string;
  /** Global id of what it leads to; undefined for whatever it gives. */
  readonly to?: string;
}

export interface Examples {
  readonly post: Thing;
  readonly comments: readonly Thing[];
  /** Global ids of what is theirs, by type. */
  readonly own: Readonly<Record<string, string>>;
  /** For each coordinate, the ways to ask for it: all have the same row. */
  readonly of: (coordinate: Coordinate) => readonly Example[];
}

/** The people of the examples, besides whose things they are. */
export interface Others {
  /** Has done the same to the owner's things as the owner to theirs. */
  readonly neighbour: Account;
  /** Likes and follows. */
  readonly moderator: Account;
  /** Is blocked by the owner. */
  readonly blocked: Account;
  readonly suspended: Account;
}

/** Makes one of each for an owner who has a session. */
export async function makeExamples(things: Things, owner: Account, others: Others): Promise<Examples> {
  const { neighbour, moderator, blocked, suspended } = others;
  const post = await things.post(owner);
  const theirPost = await things.post(neighbour);
  const theirs = await things.comment(neighbour, { post: theirPost.number });
  const comment = await things.comment(owner, { post: theirPost.number });
  const reply = await things.comment(owner, { post: theirPost.number, parent: theirs.number });
  const replyToIt = await things.comment(neighbour, { post: theirPost.number, parent: comment.number });
  const onIt = await things.comment(neighbour, { post: post.number });
  const webhook = await things.webhook(owner, "DISABLED");
  const delivery = await things.delivery(webhook);
  const report = await things.report(owner, { type: "POST", number: theirPost.number }, moderator);
  const key = await things.apiKey(owner);
  const session = await things.sessionOf(owner);
  await things.auditEntry(moderator, theirPost);
  await things.follow(owner, neighbour);
  await things.follow(neighbour, owner);
  await things.follow(moderator, owner);
  await things.likePost(owner, theirPost);
  await things.likeComment(owner, theirs);
  await things.likePost(moderator, post);
  await things.likeComment(moderator, comment);

  const [me, they] = [owner.globalId, neighbour.globalId];
  const ofPeople = { User: me, Post: post.id, Comment: comment.id, Report: report.id };
  const ofOne = { Webhook: webhook.id, WebhookDelivery: delivery.id, ApiKey: key.id, UserSession: session.id };
  const own = { ...ofPeople, ...ofOne };
  const known: Readonly<Record<string, readonly Example[]>> = {
    ...Object.fromEntries(
      Object.entries(own).flatMap(([type, id]) => [
        [`Query.node(${type})`, [{ args: `id: "${id}"`, to: id }]],
        [`Query.nodes(${type})`, [{ args: `ids: ["${id}"]`, to: id }]],
      ]),
    ),
    "Query.viewer": [{}],
    "Query.user": [
      { args: `id: "${me}"`, to: me },
      { args: `handle: "${owner.handle}"`, to: me },
    ],
    "Query.users": [{ to: me }, { args: "orderBy: { field: FOLLOWER_COUNT, direction: DESC }", to: me }],
    "Query.post": [{ args: `id: "${post.id}"`, to: post.id }],
    "Query.posts": [
      { to: post.id },
      { args: `filter: { authorId: "${me}" }`, to: post.id },
      { args: 'filter: { search: "written" }', to: post.id },
    ],
    "Query.comment": [{ args: `id: "${comment.id}"`, to: comment.id }],
    "Query.reports": [{ to: report.id }, { args: "state: RESOLVED", to: report.id }],
    "Query.auditLog": [{}],
    "User.posts": [{ from: me, to: post.id }],
    "User.comments": [
      { from: me, to: comment.id },
      { from: me, to: reply.id },
    ],
    "User.followers": [{ from: they, to: me }],
    "User.following": [{ from: they, to: me }],
    "User.blockedUsers": [{ from: me, to: blocked.globalId }],
    "User.suspendedUntil": [{ from: suspended.globalId }],
    "User.webhooks": [{ from: me, to: webhook.id }],
    "User.apiKeys": [{ from: me, to: key.id }],
    "User.sessions": [{ from: me, to: session.id }],
    "Post.author": [{ from: post.id, to: me }],
    "Post.comments": [{ from: theirPost.id, to: comment.id }],
    "Post.likedBy": [{ from: theirPost.id, to: me }],
    "Comment.author": [{ from: comment.id, to: me }],
    "Comment.post": [{ from: onIt.id, to: post.id }],
    "Comment.parent": [{ from: replyToIt.id, to: comment.id }],
    "Comment.replies": [{ from: theirs.id, to: reply.id }],
    "Comment.likedBy": [{ from: theirs.id, to: me }],
    "Webhook.deliveries": [
      { from: webhook.id, to: delivery.id },
      { from: webhook.id, args: "state: WAITING", to: delivery.id },
    ],
    "WebhookDelivery.webhook": [{ from: delivery.id, to: webhook.id }],
    "WebhookDelivery.attempts": [{ from: delivery.id }],
    "Report.subject": [{ from: report.id, to: theirPost.id }],
    "Report.reporter": [{ from: report.id, to: me }],
    "Report.resolvedBy": [{ from: report.id, to: moderator.globalId }],
  };
  return { post, comments: [comment, reply], own, of: (coordinate) => examplesOf(coordinate, own, known) };
}

function examplesOf(
  { name, parent, target }: Coordinate,
  own: Examples["own"],
  known: Readonly<Record<string, readonly Example[]>>,
): readonly Example[] {
  const from = own[parent.name];
  const given = known[name];
  if (given !== undefined) return given;
  if (target !== undefined && (from !== undefined || parent.name === "Query"))
    throw new Error(`${name} leads to an object: test/authorization/examples.ts must say how to come to the owner's`);
  return [{ ...(from !== undefined && { from }) }];
}
