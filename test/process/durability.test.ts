import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { PGlite } from "@electric-sql/pglite";
import { expect, test } from "vitest";
import { campaignSize } from "../harness/campaign-size.js";
import { ask, dataDirectory, signUp, started, writePost } from "./started.js";

const kills = campaignSize(20, 3);
const writers = 4;

/** What the server said was written. */
interface Acknowledged {
  readonly posts: string[];
  readonly comments: { readonly id: string; readonly postId: string; readonly parentId: string | null }[];
  readonly likes: Set<string>;
}

/** mulberry32: the same numbers in [0, 1) for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const createComment = `mutation ($input: CreateCommentInput!) {
  createComment(input: $input) { comment { id } userErrors { code } } }`;
const likePost = "mutation ($input: LikePostInput!) { likePost(input: $input) { post { id } userErrors { code } } }";

/** Writes one thing after the other, until the server is gone. */
async function write(url: string, token: string, random: () => number, done: Acknowledged, onDone: () => void) {
  const pick = <Item>(items: readonly Item[]) => items[Math.floor(random() * items.length)];
  for (;;) {
    const kind = random();
    const postId = pick(done.posts);
    if (kind < 0.3 || postId === undefined) {
      done.posts.push(await writePost(url, token, `Post ${random()}`));
    } else if (kind < 0.8) {
      const above = kind < 0.55 ? undefined : pick(done.comments);
      const place = above === undefined ? { postId, parentId: null } : { postId: above.postId, parentId: above.id };
      const { createComment: payload } = await ask(url, createComment, { input: { ...place, text: "Text" } }, token);
      done.comments.push({ id: payload.comment.id, ...place });
    } else {
      await ask(url, likePost, { input: { postId } }, token);
      done.likes.add(postId);
    }
    onDone();
  }
}

/** Lets the writers write until `count` writes are acknowledged and a moment has passed, then kills the server. */
async function writeUntilKilled(directory: string, random: () => number, done: Acknowledged, token: string) {
  const server = await started({ DATA_DIR: directory, DEMO: "off" });
  let left = Math.floor(random() * 25);
  const moment = random() * 15;
  let enough: () => void = () => undefined;
  const isEnough = new Promise<void>((resolve) => {
    enough = resolve;
  });
  const onDone = () => {
    left -= 1;
    if (left < 0) enough();
  };
  const all = Array.from({ length: writers }, () => write(server.url, token, random, done, onDone));
  const ends = Promise.allSettled(all);
  await Promise.race([isEnough, ends]);
  await sleep(moment);
  server.kill("SIGKILL");
  expect(await server.exit).toEqual({ code: null, signal: "SIGKILL" });
  for (const end of await ends) {
    // Its connection broke; anything else is an answer that should not have been.
    if (end.status === "rejected") expect(String(end.reason)).toMatch(/TypeError: (fetch failed|terminated)/);
  }
}

const numberOf = (globalId: string) => Number(Buffer.from(globalId, "base64url").toString().split(":")[1]);

test(`killed ${kills} times while it writes, it loses nothing acknowledged and leaves nothing half there`, async () => {
  const directory = await dataDirectory();
  const done: Acknowledged = { posts: [], comments: [], likes: new Set() };
  const random = randomFrom(20_260_101);
  const first = await started({ DATA_DIR: directory, DEMO: "off" });
  const token = await signUp(first.url, "ada");
  await first.close();
  for (let kill = 0; kill < kills; kill += 1) await writeUntilKilled(directory, random, done, token);

  const database = await PGlite.create(join(directory, "db"));
  const rows = async (sql: string) => (await database.query<Record<string, unknown>>(sql)).rows;
  const posts = await rows("SELECT id FROM posts");
  const comments = await rows("SELECT id, post_id, parent_id FROM comments");
  process.stdout.write(
    `${done.posts.length} posts and ${done.comments.length} comments acknowledged over ${kills} kills, ` +
      `${posts.length} and ${comments.length} there\n`,
  );
  const postIds = new Set(posts.map(({ id }) => Number(id)));
  expect(done.posts.filter((id) => !postIds.has(numberOf(id)))).toEqual([]);
  const places = new Set(comments.map(({ id, post_id, parent_id }) => `${id} on ${post_id} below ${parent_id}`));
  const lost = done.comments.filter(({ id, postId, parentId }) => {
    const parent = parentId === null ? null : numberOf(parentId);
    return !places.has(`${numberOf(id)} on ${numberOf(postId)} below ${parent}`);
  });
  expect(lost).toEqual([]);
  const liked = new Set((await rows("SELECT post_id FROM post_likes")).map(({ post_id }) => Number(post_id)));
  expect([...done.likes].filter((id) => !liked.has(numberOf(id)))).toEqual([]);

  expect(await rows(brokenPosts)).toEqual([]);
  expect(await rows(brokenComments)).toEqual([]);
  expect(await rows(changesWithoutEvent)).toEqual([]);
  await database.close();
}, 600_000);

const brokenPosts = `SELECT id FROM posts WHERE
  comment_count <> (SELECT count(*) FROM comments WHERE post_id = posts.id)
  OR like_count <> (SELECT count(*) FROM post_likes WHERE post_id = posts.id)`;

const brokenComments = `SELECT id FROM comments WHERE
  reply_count <> (SELECT count(*) FROM comments AS reply WHERE reply.parent_id = comments.id)
  OR NOT EXISTS (SELECT FROM posts WHERE posts.id = post_id)
  OR parent_id IS NOT NULL AND NOT EXISTS (SELECT FROM comments AS parent WHERE parent.id = comments.parent_id)`;

/** Both ways: a row without its event, an event without its row. */
const changesWithoutEvent = `
  SELECT 'post' AS kind, posts.id, data FROM posts
  FULL JOIN (SELECT data, (data->>'postId')::int8 AS id FROM events WHERE type = 'PostCreated') AS event USING (id)
  WHERE posts.id IS NULL OR data IS NULL
  UNION ALL
  SELECT 'comment', comments.id, data FROM comments
  FULL JOIN (SELECT data, (data->>'commentId')::int8 AS id FROM events WHERE type = 'CommentAdded') AS event USING (id)
  WHERE comments.id IS NULL OR data IS NULL`;
