/** Events of deleted objects, and resolvers that throw: the listener gets an error, and the stream goes on. */
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { HtmlStore } from "../../src/markdown/html-store.js";
import { type Account, startTestServer, type TestServer } from "../harness/server.js";
import { act, comment, cursorNow, post } from "./acting.js";
import { listen } from "./listener.js";

vi.mock("../../src/markdown/html-store.js", async (importOriginal) => {
  const original = await importOriginal<typeof import("../../src/markdown/html-store.js")>();
  return {
    ...original,
    openHtmlStore(...options: Parameters<typeof original.openHtmlStore>): HtmlStore {
      const store = original.openHtmlStore(...options);
      return {
        ...store,
        showHtml(type, row) {
          if (`${row.storedHtml}${row.unrendered}`.includes("explode")) throw new Error("the secret reason");
          return store.showHtml(type, row);
        },
      };
    },
  };
});

let server: TestServer;
let ada: Account;
beforeAll(async () => {
  server = await startTestServer();
  ada = await server.signUp("ada");
});
afterAll(() => server.close());

test("an event of a post that was deleted since has a null post and no errors", async () => {
  const after = await cursorNow(server.database);
  const postId = await post(server.url, ada, "Gone");
  await comment(server.url, ada, { postId, text: "Gone too" });
  await act(server.url, ada, "deletePost", { postId });
  const query = `subscription ($after: String) { events(after: $after) { __typename
    ... on PostCreated { post { title } } ... on CommentAdded { post { id } comment { text } } } }`;
  const listener = await listen(server, { query, variables: { after } });
  expect(await listener.results.first(3)).toEqual([
    { data: { events: { __typename: "PostCreated", post: null } } },
    { data: { events: { __typename: "CommentAdded", post: null, comment: null } } },
    { data: { events: { __typename: "PostDeleted" } } },
  ]);
  await listener.close();
});

test("so has one that is gone before it is delivered to a listener who waits", async () => {
  const listener = await listen(server, { query: "subscription { postLiked { post { id } user { handle } } }" });
  const data = { postId: 999_999, userId: 1 };
  await server.database.prisma.event.create({ data: { type: "PostLiked", data, occurredAt: new Date() } });
  expect(await listener.results.first(1)).toEqual([{ data: { postLiked: { post: null, user: { handle: "ada" } } } }]);
  await listener.close();
});

test("a resolver that throws is a masked error in the payload, and the stream goes on", async () => {
  const listener = await listen(server, {
    query: "subscription { postCreated { cursor post { title contentHtml } } }",
  });
  await act(server.url, ada, "createPost", { title: "Bad", content: "explode" });
  await act(server.url, ada, "createPost", { title: "Good", content: "fine" });
  const [bad, good] = await listener.results.first(2);
  expect(bad).toEqual({
    data: { postCreated: { cursor: expect.any(String), post: null } },
    errors: [
      {
        message: "Internal server error",
        path: ["postCreated", "post", "contentHtml"],
        locations: [{ line: 1, column: 50 }],
        extensions: { code: "INTERNAL_SERVER_ERROR" },
      },
    ],
  });
  expect(JSON.stringify(bad)).not.toContain("secret");
  expect(good).toEqual({
    data: { postCreated: { cursor: expect.any(String), post: { title: "Good", contentHtml: "<p>fine</p>" } } },
  });
  await listener.close();
});
