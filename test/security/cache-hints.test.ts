/** How long caches may keep an answer, by `@cacheControl`: as Apollo Server's own plugin has it, and over HTTP. */
import { ApolloServer } from "@apollo/server";
import { ApolloServerPluginCacheControl } from "@apollo/server/plugin/cacheControl";
import { makeExecutableSchema } from "@graphql-tools/schema";
import { parse } from "graphql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createCachePolicies } from "../../src/graphql/caching/cache-policy.js";
import { startTestServer, type TestServer } from "../harness/server.js";

const typeDefs = `
  enum CacheControlScope { PUBLIC PRIVATE }
  directive @cacheControl(maxAge: Int, scope: CacheControlScope, inheritMaxAge: Boolean) on FIELD_DEFINITION | OBJECT | INTERFACE | UNION
  directive @viewerDependent on FIELD_DEFINITION
  interface Named @cacheControl(maxAge: 70) { name: String }
  type Author implements Named @cacheControl(maxAge: 300) { name: String books: [Book] secret: String @cacheControl(maxAge: 20, scope: PRIVATE) }
  type Book implements Named { name: String author: Author same: Book @cacheControl(inheritMaxAge: true) short: Author @cacheControl(maxAge: 5) }
  type Page @cacheControl(inheritMaxAge: true) { items: [Author] inner: Page own: Page @cacheControl(maxAge: 45) total: Int }
  type Mine @cacheControl(maxAge: 40, scope: PRIVATE) { name: String open: Author @cacheControl(scope: PUBLIC) }
  union Either @cacheControl(maxAge: 15) = Author | Book
  type Query {
    plain: String
    hinted: String @cacheControl(maxAge: 12)
    author: Author
    book: Book @cacheControl(maxAge: 100)
    unhinted: Book
    page: Page @cacheControl(maxAge: 90)
    bare: Page
    mine: Mine
    named: Named
    either: Either
    inheriting: Author @cacheControl(inheritMaxAge: true)
    zero: Author @cacheControl(maxAge: 0)
  }
`;
const author: Record<string, unknown> = { __typename: "Author", name: "a", secret: "s" };
const book: Record<string, unknown> = { __typename: "Book", name: "b", author, short: author };
Object.assign(author, { books: [book] });
Object.assign(book, { same: book });
const page: Record<string, unknown> = { items: [author], total: 1 };
Object.assign(page, { inner: page, own: page });
const mine = { name: "m", open: author };
const root = {
  plain: "p",
  hinted: "h",
  author,
  book,
  unhinted: book,
  page,
  bare: page,
  mine,
  named: author,
  either: author,
  inheriting: author,
  zero: author,
};

const schema = makeExecutableSchema({ typeDefs });
const apollo = new ApolloServer({ schema, rootValue: () => root, plugins: [ApolloServerPluginCacheControl()] });
beforeAll(() => apollo.start());
afterAll(() => apollo.stop());

describe("as Apollo Server computes it", () => {
  test.each([
    "{ plain }",
    "{ hinted }",
    "{ hinted plain }",
    "{ author { name } }",
    "{ author { secret } }",
    "{ author { books { name } } }",
    "{ book { name } }",
    "{ book { author { name } } }",
    "{ book { short { name } } }",
    "{ book { same { name } } }",
    "{ book { same { author { name } } } }",
    "{ unhinted { name } }",
    "{ page { total } }",
    "{ page { items { name } } }",
    "{ page { inner { own { total } } } }",
    "{ page { own { items { books { name } } } } }",
    "{ bare { total } }",
    "{ mine { name } }",
    "{ mine { open { name } } }",
    "{ named { name } }",
    "{ named { ... on Author { secret } } }",
    "{ either { ... on Author { name } } }",
    "{ inheriting { name } }",
    "{ zero { name } }",
    "{ __typename }",
    "{ __typename hinted }",
    "query ($yes: Boolean = true) { hinted @include(if: $yes) author { ...A } } fragment A on Author { ... on Named { name } secret }",
  ])("%s", async (query) => {
    const { http, body } = await apollo.executeOperation({ query });
    expect(body.kind === "single" && body.singleResult.errors).toBe(undefined);
    const { maxAgeSeconds, isPrivate } = createCachePolicies(schema)(parse(query));
    const ours = maxAgeSeconds === 0 ? "no-store" : `max-age=${maxAgeSeconds}, ${isPrivate ? "private" : "public"}`;
    expect(ours).toBe(http.headers.get("cache-control"));
  });
});

describe("over HTTP, with PUBLIC_CACHE_SECONDS=45", () => {
  let server: TestServer;
  let postId: string;
  let token: string;
  beforeAll(async () => {
    server = await startTestServer({ config: { publicCacheSeconds: 45 } });
    ({ token } = await server.signUp("ada"));
    const query = 'mutation { createPost(input: { title: "T", content: "C" }) { post { id } } }';
    postId = (await server.graphql(query, {}, { token })).body.data.createPost.post.id;
  });
  afterAll(() => server.close());

  async function cacheControl(query: string, headers: Record<string, string> = {}): Promise<string | null> {
    const search = new URLSearchParams({ query });
    const sent = { "apollo-require-preflight": "1", ...headers };
    const response = await fetch(`${server.url}/graphql?${search}`, { headers: sent });
    expect(await response.json()).not.toHaveProperty("errors");
    return response.headers.get("cache-control");
  }

  test("a list may be kept for as long as the schema says", async () => {
    expect(await cacheControl("{ posts { nodes { id author { name } } pageInfo { endCursor } } }")).toBe(
      "public, max-age=30",
    );
  });

  test("an object for as long as the setting says, which is less", async () => {
    expect(await cacheControl(`{ node(id: "${postId}") { id ... on Post { title comments { totalCount } } } }`)).toBe(
      "public, max-age=45",
    );
  });

  test("what depends on who asks is for nobody else, a visitor's too", async () => {
    expect(await cacheControl("{ posts { nodes { viewerHasLiked } } }")).toBe("private, max-age=30");
  });

  test.each(["{ eventCursor }", "{ viewer { id } }", "{ posts { nodes { id } } eventCursor }", "{ __typename }"])(
    "what is out of date at once may not be kept: %s",
    async (query) => {
      expect(await cacheControl(query)).toBe("no-cache");
    },
  );

  test("a user asks again each time: what they have just written shows", async () => {
    expect(await cacheControl("{ posts { nodes { id } } }", { authorization: `Bearer ${token}` })).toBe(
      "private, no-cache",
    );
  });
});
