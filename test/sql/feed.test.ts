/** Statements of the feed, the most frequent query. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestServer, type TestServer } from "../harness/server.js";
import { recordStatements } from "../harness/statements.js";
import { fillSmall } from "./small-community.js";

const feed = (first: number) => `{ posts(first: ${first}) { nodes { id title createdAt author { id name handle }
  comments(first: 3) { nodes { id text author { id name } } } } } }`;

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ seed: fillSmall });
});
afterAll(() => server.close());

test.each([1, 4, 20])(
  "the feed of %i posts takes one statement, authors and all, when others comment than write",
  async (first) => {
    const { result, statements } = await recordStatements(() => server.graphql(feed(first)));

    expect(result.body.errors).toBeUndefined();
    const posts: { author: { id: string }; comments: { nodes: { author: { id: string } }[] } }[] =
      result.body.data.posts.nodes;
    const authors = new Set(posts.map(({ author }) => author.id));
    const commenters = new Set(posts.flatMap(({ comments }) => comments.nodes.map(({ author }) => author.id)));
    expect(authors.size).toBe(first);
    expect(commenters.size).toBe(first * 3);
    expect([...authors].filter((author) => commenters.has(author))).toEqual([]);
    expect(statements.map(({ text }) => text)).toHaveLength(1);
  },
);
