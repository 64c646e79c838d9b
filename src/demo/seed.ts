/** Adds the demo community to an empty database, in one transaction: rows, stored HTML and events. */

import { createHash } from "node:crypto";
import type { Database } from "../db/database.js";
import type { EventData } from "../events/event.js";
import { renderPatiently, type StoredHtml } from "../markdown/html-store.js";
import { htmlVersion } from "../markdown/html-version.js";
import { textHtml } from "../services/comments.js";
import { handleSkeleton } from "../services/handles.js";
import { contentHtml } from "../services/posts.js";
import type { Tx } from "../services/transaction.js";
import { type DemoComment, type DemoPost, demoCommunity } from "./community.js";

const minuteMs = 60_000;
const hourMs = 3_600_000;
const dayMs = 86_400_000;
/** Accounts are this much older than the moment of seeding. */
const accountAgeMs = 70 * dayMs;

/** Changes with the texts and with how they are rendered. */
export function demoVersion(): string {
  return createHash("sha256")
    .update(JSON.stringify([demoCommunity, htmlVersion]))
    .digest("hex");
}

/** Returns whether it was added: only where there are no users. Nobody can sign in to its accounts. */
export async function seedDemo({ prisma }: Pick<Database, "prisma">, now: Date): Promise<boolean> {
  const htmlOf = await renderAll(demoCommunity.posts);
  return prisma.$transaction(async (tx) => {
    if ((await tx.user.count()) > 0) return false;
    const seeding = { tx, htmlOf, users: new Map(), events: [] };
    await seedUsers(seeding, now);
    await seedFollows(seeding, now);
    for (const post of demoCommunity.posts) await seedPost(seeding, post, now);
    await seedEvents(seeding);
    return true;
  });
}

interface Seeding {
  readonly tx: Tx;
  /** By the text of a post or a comment. */
  readonly htmlOf: ReadonlyMap<string, StoredHtml>;
  /** Ids by handle. */
  readonly users: Map<string, number>;
  readonly events: { readonly event: EventData; readonly occurredAt: Date }[];
}

async function renderAll(posts: readonly DemoPost[]): Promise<ReadonlyMap<string, StoredHtml>> {
  const ofComments = (comments: readonly DemoComment[]): string[] =>
    comments.flatMap(({ text, replies = [] }) => [text, ...ofComments(replies)]);
  const texts = posts.flatMap(({ content, comments }) => [content, ...ofComments(comments)]);
  return new Map(await Promise.all(texts.map(async (text) => [text, await renderPatiently(text, "demo")] as const)));
}

function htmlFor({ htmlOf }: Seeding, text: string): StoredHtml {
  return htmlOf.get(text) ?? { html: null, version: null };
}

async function seedUsers({ tx, users, events }: Seeding, now: Date): Promise<void> {
  const createdAt = new Date(now.getTime() - accountAgeMs);
  for (const user of demoCommunity.users) {
    const data = { ...user, handleSkeleton: handleSkeleton(user.handle), createdAt, updatedAt: createdAt };
    const userId = Number((await tx.user.create({ data, select: { id: true } })).id);
    users.set(user.handle, userId);
    events.push({ event: { type: "UserCreated", userId }, occurredAt: createdAt });
  }
}

async function seedFollows(seeding: Seeding, now: Date): Promise<void> {
  const { tx, users, events } = seeding;
  const pairs = Object.entries(demoCommunity.follows).flatMap(([follower, followees]) =>
    followees.map((followee) => ({ followerId: idOf(seeding, follower), followeeId: idOf(seeding, followee) })),
  );
  const data = pairs.map((pair, index) => ({
    ...pair,
    createdAt: new Date(now.getTime() - (pairs.length - index) * hourMs),
  }));
  await tx.follow.createMany({ data });
  for (const id of users.values()) {
    const followingCount = pairs.filter(({ followerId }) => followerId === id).length;
    const followerCount = pairs.filter(({ followeeId }) => followeeId === id).length;
    await tx.user.update({ where: { id }, data: { followingCount, followerCount } });
  }
  for (const { followerId, followeeId, createdAt } of data)
    events.push({ event: { type: "UserFollowed", userId: followeeId, followerId }, occurredAt: createdAt });
}

async function seedPost(seeding: Seeding, post: DemoPost, now: Date): Promise<void> {
  const { tx, events } = seeding;
  const createdAt = new Date(now.getTime() - post.hoursAgo * hourMs);
  const { title, content, likedBy, comments } = post;
  const authorId = idOf(seeding, post.author);
  const counts = { likeCount: likedBy.length, commentCount: countAll(comments) };
  const html = contentHtml(htmlFor(seeding, content));
  const data = { authorId, title, content, ...html, ...counts, createdAt, updatedAt: createdAt };
  const postId = Number((await tx.post.create({ data, select: { id: true } })).id);
  events.push({ event: { type: "PostCreated", postId, authorId }, occurredAt: createdAt });
  const likes = likesOf(seeding, likedBy, createdAt).map((like) => ({ ...like, postId }));
  await tx.postLike.createMany({ data: likes });
  for (const { userId, createdAt } of likes)
    events.push({ event: { type: "PostLiked", postId, userId }, occurredAt: createdAt });
  await seedComments(seeding, { postId, parentId: null, comments, after: createdAt });
}

interface Thread {
  readonly postId: number;
  readonly parentId: number | null;
  readonly comments: readonly DemoComment[];
  readonly after: Date;
}

async function seedComments(seeding: Seeding, { postId, parentId, comments, after }: Thread): Promise<void> {
  const { tx, events } = seeding;
  for (const { author, text, minutesAfter, likedBy = [], replies = [] } of comments) {
    const createdAt = new Date(after.getTime() + minutesAfter * minuteMs);
    const authorId = idOf(seeding, author);
    const counts = { likeCount: likedBy.length, replyCount: replies.length };
    const html = textHtml(htmlFor(seeding, text));
    const data = { postId, parentId, authorId, text, ...html, ...counts, createdAt, updatedAt: createdAt };
    const commentId = Number((await tx.comment.create({ data, select: { id: true } })).id);
    events.push({ event: { type: "CommentAdded", commentId, postId, authorId }, occurredAt: createdAt });
    const likes = likesOf(seeding, likedBy, createdAt).map((like) => ({ ...like, commentId }));
    await tx.commentLike.createMany({ data: likes });
    for (const { userId, createdAt } of likes)
      events.push({ event: { type: "CommentLiked", commentId, postId, userId }, occurredAt: createdAt });
    await seedComments(seeding, { postId, parentId: commentId, comments: replies, after: createdAt });
  }
}

/** In the order of time, as the log is pruned in. */
async function seedEvents({ tx, events }: Seeding): Promise<void> {
  const inOrder = events.toSorted((a, b) => a.occurredAt.getTime() - b.occurredAt.getTime());
  const data = inOrder.map(({ event: { type, ...data }, occurredAt }) => ({ type, data, occurredAt }));
  await tx.event.createMany({ data });
}

function likesOf(seeding: Seeding, handles: readonly string[], after: Date) {
  return handles.map((handle, index) => ({
    userId: idOf(seeding, handle),
    createdAt: new Date(after.getTime() + (index + 1) * minuteMs),
  }));
}

function countAll(comments: readonly DemoComment[]): number {
  return comments.reduce((total, { replies = [] }) => total + 1 + countAll(replies), 0);
}

function idOf({ users }: Seeding, handle: string): number {
  const id = users.get(handle);
  if (id === undefined) throw new Error(`the demo community has no user "${handle}"`);
  return id;
}
