/** Adds the demo community to an empty database, in one transaction. */

import type { Database } from "../db/database.js";
import type { RenderForStorage, StoredHtml } from "../markdown/html-store.js";
import { textHtml } from "../services/comments.js";
import { handleSkeleton } from "../services/handles.js";
import { contentHtml } from "../services/posts.js";
import type { Tx } from "../services/transaction.js";
import { type DemoComment, type DemoHandle, type DemoPost, demoCommunity } from "./community.js";

const minuteMs = 60_000;
const hourMs = 3_600_000;
const dayMs = 86_400_000;
/** Accounts are this much older than the moment of planting. */
const accountAgeMs = 70 * dayMs;

/** Returns whether it was put in: only where there are no users. Nobody can sign in to its accounts. */
export async function seedDemo(
  { prisma, query }: Pick<Database, "prisma" | "query">,
  renderHtml: RenderForStorage,
  now: Date,
): Promise<boolean> {
  // At every start but the first: without loading Prisma.
  if ((await query("SELECT FROM users LIMIT 1", [])).length > 0) return false;
  const htmlOf = await renderAll(demoCommunity.posts, renderHtml);
  return prisma.$transaction(async (tx) => {
    if ((await tx.user.count()) > 0) return false;
    const users = await seedUsers(tx, now);
    await seedFollows(tx, users, now);
    for (const post of demoCommunity.posts) await seedPost({ tx, users, htmlOf }, post, now);
    return true;
  });
}

type Users = ReadonlyMap<DemoHandle, bigint>;
/** Of each text of a post or a comment. */
type HtmlOf = ReadonlyMap<string, StoredHtml>;

interface Place {
  readonly tx: Tx;
  readonly users: Users;
  readonly htmlOf: HtmlOf;
}

async function renderAll(posts: readonly DemoPost[], renderHtml: RenderForStorage): Promise<HtmlOf> {
  const ofComments = (comments: readonly DemoComment[]): string[] =>
    comments.flatMap(({ text, replies = [] }) => [text, ...ofComments(replies)]);
  const texts = new Set(posts.flatMap(({ content, comments }) => [content, ...ofComments(comments)]));
  return new Map(await Promise.all([...texts].map(async (text) => [text, await renderHtml(text, null)] as const)));
}

function htmlFor(text: string, htmlOf: HtmlOf): StoredHtml {
  return htmlOf.get(text) ?? { html: null, version: null };
}

async function seedUsers(tx: Tx, now: Date): Promise<Users> {
  const createdAt = new Date(now.getTime() - accountAgeMs);
  const users = new Map<DemoHandle, bigint>();
  for (const user of demoCommunity.users) {
    const data = { ...user, handleSkeleton: handleSkeleton(user.handle), createdAt, updatedAt: createdAt };
    users.set(user.handle, (await tx.user.create({ data, select: { id: true } })).id);
  }
  return users;
}

async function seedFollows(tx: Tx, users: Users, now: Date): Promise<void> {
  const { follows } = demoCommunity;
  const data = follows.map(([follower, followee], index) => ({
    followerId: idOf(users, follower),
    followeeId: idOf(users, followee),
    createdAt: new Date(now.getTime() - (follows.length - index) * hourMs),
  }));
  await tx.follow.createMany({ data });
  for (const [handle, id] of users) {
    const followingCount = follows.filter(([follower]) => follower === handle).length;
    const followerCount = follows.filter(([, followee]) => followee === handle).length;
    await tx.user.update({ where: { id }, data: { followingCount, followerCount } });
  }
}

async function seedPost({ tx, users, htmlOf }: Place, post: DemoPost, now: Date): Promise<void> {
  const createdAt = new Date(now.getTime() - post.hoursAgo * hourMs);
  const { title, content, likedBy } = post;
  const times = { createdAt, updatedAt: createdAt };
  const counts = { likeCount: likedBy.length, commentCount: countAll(post.comments) };
  const html = contentHtml(htmlFor(content, htmlOf));
  const data = { authorId: idOf(users, post.author), title, content, ...html, ...times, ...counts };
  const { id: postId } = await tx.post.create({ data, select: { id: true } });
  await tx.postLike.createMany({ data: likes(users, likedBy, createdAt).map((like) => ({ ...like, postId })) });
  const thread = { postId, parentId: null, comments: post.comments, after: createdAt };
  await seedComments({ tx, users, htmlOf }, thread);
}

interface Thread {
  readonly postId: bigint;
  readonly parentId: bigint | null;
  readonly comments: readonly DemoComment[];
  readonly after: Date;
}

async function seedComments(place: Place, { postId, parentId, comments, after }: Thread): Promise<void> {
  const { tx, users, htmlOf } = place;
  for (const { author, text, minutesAfter, likedBy = [], replies = [] } of comments) {
    const createdAt = new Date(after.getTime() + minutesAfter * minuteMs);
    const counts = { likeCount: likedBy.length, replyCount: replies.length };
    const html = textHtml(htmlFor(text, htmlOf));
    const times = { createdAt, updatedAt: createdAt };
    const data = { postId, parentId, authorId: idOf(users, author), text, ...html, ...times, ...counts };
    const { id: commentId } = await tx.comment.create({ data, select: { id: true } });
    await tx.commentLike.createMany({ data: likes(users, likedBy, createdAt).map((like) => ({ ...like, commentId })) });
    await seedComments(place, { postId, parentId: commentId, comments: replies, after: createdAt });
  }
}

function likes(users: Users, handles: readonly DemoHandle[], after: Date) {
  return handles.map((handle, index) => ({
    userId: idOf(users, handle),
    createdAt: new Date(after.getTime() + (index + 1) * minuteMs),
  }));
}

function countAll(comments: readonly DemoComment[]): number {
  return comments.reduce((total, { replies = [] }) => total + 1 + countAll(replies), 0);
}

function idOf(users: Users, handle: DemoHandle): bigint {
  const id = users.get(handle);
  if (id === undefined) throw new Error(`the demo community has no user "${handle}"`);
  return id;
}
