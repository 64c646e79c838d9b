/** A list of posts found through a table of links, which has no column that decides whether a post is visible. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { post } from "../../src/loaders/entities/post.js";
import { through } from "../../src/loaders/list.js";
import { createLoaders } from "../../src/loaders/loaders.js";
import { allFields } from "../../src/loaders/look-ahead.js";
import { publicScope, unrestricted, type VisibilityScope } from "../../src/loaders/visibility.js";
import { fillCommunity } from "../execution/parley/community.js";
import { openTestDatabase, type TestDatabase } from "../harness/database.js";

const likedPosts = through(post, { name: "user.likedPosts", table: "post_likes", parent: "user_id", item: "post_id" });

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
  await fillCommunity(database);
  // User 4 likes posts 1 and 3 already. Post 4 is hidden, and by user 3.
  await database.prisma.$executeRawUnsafe("INSERT INTO post_likes (post_id, user_id, created_at) VALUES (4, 4, now())");
});
afterAll(() => database.close());

async function liked(visibility: VisibilityScope) {
  const loaders = createLoaders({ query: database.query, selected: allFields, viewerId: null, visibility });
  const page = await loaders.page(likedPosts, 4, { first: 10 });
  return { titles: page.nodes.map(({ title }) => title), totalCount: await page.totalCount() };
}

test("has all posts, latest link first, for a viewer without restrictions", async () => {
  expect(await liked(unrestricted)).toEqual({ titles: ["Hidden", "Left behind", "First"], totalCount: 3 });
});

test("leaves out hidden posts, except for their author", async () => {
  expect(await liked(publicScope)).toEqual({ titles: ["Left behind", "First"], totalCount: 2 });
  expect(await liked({ viewerId: 3, hidden: "own", blockedIds: [] })).toMatchObject({ totalCount: 3 });
});

test("leaves out posts of users whom the viewer blocks", async () => {
  const blocking = { viewerId: 2, hidden: "all", blockedIds: [1] } as const;
  expect(await liked(blocking)).toEqual({ titles: ["Hidden", "Left behind"], totalCount: 2 });
});
