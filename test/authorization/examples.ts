/** Where the owner's things are met with: for every field that leads to an object, one that leads to one of theirs. */
import type { Account, Things } from "./community.js";
import type { Coordinate } from "./coordinates.js";

export interface Example {
  /** Global id of the object that has the field; undefined for `Query`, and for parts of a page. */
  readonly from?: string;
  /** Arguments, without parentheses. */
  readonly args?: string;
  /** Global id of what it leads to; undefined for whatever it gives. */
  readonly to?: string;
}

export interface Examples {
  /** Global ids of the owner's things, by type. */
  readonly own: Readonly<Record<string, string>>;
  /** For each coordinate, the ways to ask for it: all have the same row. */
  readonly of: (coordinate: Coordinate) => readonly Example[];
}

/** Has the owner do everything that leaves a trace on `neighbour`'s things, and the other way round. `user` likes and follows. */
export async function makeExamples(
  things: Things,
  { owner, neighbour, user }: { owner: Account; neighbour: Account; user: Account },
): Promise<Examples> {
  const post = await things.post(owner);
  const theirPost = await things.post(neighbour);
  const theirs = await things.comment(neighbour, { post: theirPost.number });
  const comment = await things.comment(owner, { post: theirPost.number });
  const reply = await things.comment(owner, { post: theirPost.number, parent: theirs.number });
  const replyToIt = await things.comment(neighbour, { post: theirPost.number, parent: comment.number });
  const onIt = await things.comment(neighbour, { post: post.number });
  const webhook = await things.webhook(owner, "DISABLED");
  const delivery = await things.delivery(webhook);
  await things.follow(owner, neighbour);
  await things.follow(neighbour, owner);
  await things.follow(user, owner);
  await things.likePost(owner, theirPost.number);
  await things.likeComment(owner, theirs.number);
  await things.likePost(user, post.number);
  await things.likeComment(user, comment.number);

  const [me, they] = [owner.globalId, neighbour.globalId];
  const own = { User: me, Post: post.id, Comment: comment.id, Webhook: webhook.id, WebhookDelivery: delivery.id };
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
    "User.posts": [{ from: me, to: post.id }],
    "User.comments": [
      { from: me, to: comment.id },
      { from: me, to: reply.id },
    ],
    "User.followers": [{ from: they, to: me }],
    "User.following": [{ from: they, to: me }],
    "User.webhooks": [{ from: me, to: webhook.id }],
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
  };
  return { own, of: (coordinate) => examplesOf(coordinate, own, known) };
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
