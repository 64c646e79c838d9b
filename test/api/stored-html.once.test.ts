/** HTML is rendered when a text is written, stored beside it, and rendered again when it is read under another version. */
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Query } from "../../src/db/database.js";
import { parseGlobalId } from "../../src/db/global-id.js";
import { openLog } from "../../src/log.js";
import { openHtmlStore } from "../../src/markdown/html-store.js";
import { htmlVersion } from "../../src/markdown/html-version.js";
import { HtmlWriter } from "../../src/markdown/html-writer.js";
import { renderMarkdown } from "../../src/markdown/markdown.js";
import { TextPool } from "../../src/markdown/text-pool.js";
import { databaseKind } from "../harness/database.js";
import { type Account, startTestServer, type TestServer } from "../harness/server.js";

const patiently = { timeout: 30_000 };

let server: TestServer;
let ada: Account;
beforeAll(async () => {
  server = await startTestServer();
  ada = await server.signUp("ada");
  // A write does not wait for the threads to start.
  await renderMarkdown("the first text", { owner: "ada" });
});
afterAll(() => server.close());

async function send(query: string, variables: Record<string, unknown>) {
  const { body } = await server.graphql(query, variables, ada);
  expect(body.errors).toBeUndefined();
  return body.data;
}

async function createPost(content: string): Promise<string> {
  const query = "mutation ($input: CreatePostInput!) { createPost(input: $input) { post { id } } }";
  return (await send(query, { input: { title: "A post", content } })).createPost.post.id;
}

async function createComment(input: { postId: string; text: string; parentId?: string }): Promise<string> {
  const query = "mutation ($input: CreateCommentInput!) { createComment(input: $input) { comment { id } } }";
  return (await send(query, { input })).createComment.comment.id;
}

interface Stored {
  readonly html: string | null;
  readonly version: number | null;
}

const columns = { Post: ["posts", "content_html"], Comment: ["comments", "text_html"] } as const;

/** Of a post or a comment, as it is in the database. */
async function stored(globalId: string): Promise<Stored | undefined> {
  const { type, id } = parseGlobalId(globalId);
  const [table, column] = columns[type as "Post" | "Comment"];
  const text = `SELECT ${column} AS html, ${column}_version AS version FROM ${table} WHERE id = $1`;
  const [row] = await server.database.query<Stored>(text, [id]);
  return row;
}

async function store(globalId: string, html: string | null, version: number | null): Promise<void> {
  const { type, id } = parseGlobalId(globalId);
  const [table, column] = columns[type as "Post" | "Comment"];
  const text = `UPDATE ${table} SET ${column} = $2, ${column}_version = $3 WHERE id = $1`;
  await server.database.query(text, [id, html, version]);
}

async function shown(id: string): Promise<string> {
  const query =
    "query ($id: ID!) { node(id: $id) { ... on Post { html: contentHtml } ... on Comment { html: textHtml } } }";
  return (await send(query, { id })).node.html;
}

describe("what is written", () => {
  test("is stored as HTML, of a post and of a comment, and again when it is edited", async () => {
    const postId = await createPost("*one*");
    const commentId = await createComment({ postId, text: "*two*" });
    expect(await stored(postId)).toEqual({ html: "<p><em>one</em></p>", version: htmlVersion });
    expect(await stored(commentId)).toEqual({ html: "<p><em>two</em></p>", version: htmlVersion });

    await send("mutation ($input: UpdatePostInput!) { updatePost(input: $input) { post { id } } }", {
      input: { postId, content: "`three`" },
    });
    await send("mutation ($input: UpdateCommentInput!) { updateComment(input: $input) { comment { id } } }", {
      input: { commentId, text: "`four`" },
    });
    expect(await stored(postId)).toEqual({ html: "<p><code>three</code></p>", version: htmlVersion });
    expect(await stored(commentId)).toEqual({ html: "<p><code>four</code></p>", version: htmlVersion });
    expect([await shown(postId), await shown(commentId)]).toEqual([
      "<p><code>three</code></p>",
      "<p><code>four</code></p>",
    ]);
  });

  test("keeps its HTML when only the title is edited", async () => {
    const postId = await createPost("*kept*");
    await store(postId, "<p>as stored</p>", htmlVersion);
    await send("mutation ($input: UpdatePostInput!) { updatePost(input: $input) { post { id } } }", {
      input: { postId, title: "Another title" },
    });
    expect(await stored(postId)).toEqual({ html: "<p>as stored</p>", version: htmlVersion });
  });

  test("has no HTML any more when it becomes a tombstone", async () => {
    const postId = await createPost("A post");
    const commentId = await createComment({ postId, text: "*a secret*" });
    await createComment({ postId, text: "a reply", parentId: commentId });
    await send("mutation ($input: DeleteCommentInput!) { deleteComment(input: $input) { userErrors { code } } }", {
      input: { commentId },
    });
    expect(await shown(commentId)).toBe("");
    expect(await stored(commentId)).toEqual({ html: null, version: null });
  });

  test("is written all the same while nothing can be rendered", async () => {
    const script = pathToFileURL("/there/is/no/such/module.mjs");
    const { renderHtml } = openHtmlStore(server.database.query, openLog("silent"), new TextPool({ script }));
    expect(await renderHtml("*text* of a renderer that fails", 1)).toEqual({ html: null, version: null });
  });

  test("that exceeds a limit is stored as it was written", async () => {
    const references = `${"[a] ".repeat(5_000)}\n\n[a]: https://example.org/${"b".repeat(5_000)}`;
    const postId = await createPost(references);
    expect(await shown(postId)).toBe(`<pre>${references}</pre>`);
    // Where the write did not wait so long, it is stored by the read.
    await expect
      .poll(() => stored(postId), patiently)
      .toEqual({ html: `<pre>${references}</pre>`, version: htmlVersion });
  });
});

describe("what is read", () => {
  test("comes from the column, and nothing is rendered", async () => {
    const ids = await Promise.all(Array.from({ length: 20 }, (_, n) => createPost(`*${n}*`)));
    // Nothing that the renderer would make of it.
    for (const id of ids) await store(id, `<p>stored ${id}</p>`, htmlVersion);
    const { nodes } = await send("query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Post { contentHtml } } }", { ids });
    expect(nodes).toEqual(ids.map((id) => ({ contentHtml: `<p>stored ${id}</p>` })));
  });

  test.each([
    ["no HTML", null, null],
    ["HTML of an earlier version", "<p>old</p>", htmlVersion - 1],
  ])("with %s is rendered, and stored", async (_, html, version) => {
    const postId = await createPost(`*one* ${version}`);
    const commentId = await createComment({ postId, text: `*two* ${version}` });
    for (const id of [postId, commentId]) await store(id, html, version);
    expect(await shown(postId)).toBe(`<p><em>one</em> ${version}</p>`);
    expect(await shown(commentId)).toBe(`<p><em>two</em> ${version}</p>`);
    const one = { html: `<p><em>one</em> ${version}</p>`, version: htmlVersion };
    await expect.poll(() => stored(postId), patiently).toEqual(one);
    await expect
      .poll(() => stored(commentId))
      .toEqual({ html: `<p><em>two</em> ${version}</p>`, version: htmlVersion });
  });

  test("in the pages of a row, read with it as JSON, as well", async () => {
    const postId = await createPost("a post with a page");
    const commentId = await createComment({ postId, text: "*stale*" });
    const query = "query ($id: ID!) { post(id: $id) { comments(first: 1) { nodes { textHtml } } } }";
    const nodes = async () => (await send(query, { id: postId })).post.comments.nodes;
    await store(commentId, "<p>stored</p>", htmlVersion);
    expect(await nodes()).toEqual([{ textHtml: "<p>stored</p>" }]);
    await store(commentId, null, null);
    expect(await nodes()).toEqual([{ textHtml: "<p><em>stale</em></p>" }]);
  });

  test("with HTML of a later version is rendered, and that version left as it is", async () => {
    const postId = await createPost("*mine*");
    await store(postId, "<p>later</p>", htmlVersion + 1);
    expect(await shown(postId)).toBe("<p><em>mine</em></p>");
    const { writer, written } = watchedWriter();
    writer.add({ type: "Post", id: parseGlobalId(postId).id, markdown: "*mine*", html: "<p><em>mine</em></p>" });
    await written();
    expect(await stored(postId)).toEqual({ html: "<p>later</p>", version: htmlVersion + 1 });
  });
});

/** A writer, and a wait until a statement of it has run. */
function watchedWriter(query: Query = server.database.query) {
  let onWritten: () => void = () => undefined;
  let statements = 0;
  const watched: Query = async (text, values, signal) => {
    try {
      return await query(text, values, signal);
    } finally {
      statements += 1;
      onWritten();
    }
  };
  const failures: unknown[] = [];
  const writer = new HtmlWriter(watched, (error) => failures.push(error));
  const written = () => new Promise<void>((resolve) => (onWritten = resolve));
  return { writer, written, failures, count: () => statements };
}

describe("what was rendered when it was read", () => {
  test("is not stored when the text has been edited or deleted since", async () => {
    const postId = await createPost("*after*");
    const { writer, written } = watchedWriter();
    const { id } = parseGlobalId(postId);
    await store(postId, null, null);
    writer.add({ type: "Post", id, markdown: "*before*", html: "<p><em>before</em></p>" });
    writer.add({ type: "Post", id: id + 1_000_000, markdown: "*gone*", html: "<p><em>gone</em></p>" });
    await written();
    expect(await stored(postId)).toEqual({ html: null, version: null });
  });

  test("is stored many at once, each once, however often they are read", async () => {
    const ids = await Promise.all(Array.from({ length: 90 }, (_, n) => createPost(`*${n}*`)));
    for (const id of ids) await store(id, null, null);
    const { writer, written, count } = watchedWriter();
    const add = () => {
      for (const [n, id] of ids.entries()) {
        writer.add({ type: "Post", id: parseGlobalId(id).id, markdown: `*${n}*`, html: `<p><em>${n}</em></p>` });
      }
    };
    for (let reading = 0; reading < 10; reading++) add();
    await written();
    expect(await Promise.all(ids.map(stored))).toEqual(
      ids.map((_, n) => ({ html: `<p><em>${n}</em></p>`, version: htmlVersion })),
    );
    expect(count()).toBe(1);
    await writer.close();
  });

  test("is given up when the database does not take it, and the next is stored", async () => {
    const postId = await createPost("*one*");
    await store(postId, null, null);
    const late = { type: "Post", id: parseGlobalId(postId).id, markdown: "*one*", html: "<p>one</p>" } as const;
    let isBroken = true;
    const { writer, written, failures } = watchedWriter(async (text, values) => {
      if (isBroken) throw new Error("no connection");
      return server.database.query(text, values);
    });
    writer.add(late);
    await written();
    isBroken = false;
    writer.add(late);
    await written();
    expect(failures).toEqual([new Error("no connection")]);
    expect(await stored(postId)).toEqual({ html: "<p>one</p>", version: htmlVersion });
  });

  // The embedded database has one connection: what locks a row there is never beside another statement.
  test.runIf(databaseKind === "postgres")("does not wait for a row that is locked", async () => {
    const [locked, free] = [await createPost("*locked*"), await createPost("*free*")];
    for (const id of [locked, free]) await store(id, null, null);
    const { writer, written } = watchedWriter();
    await server.database.prisma.$transaction(async (tx) => {
      await tx.$executeRaw`SELECT FROM posts WHERE id = ${parseGlobalId(locked).id} FOR NO KEY UPDATE`;
      for (const [name, id] of Object.entries({ locked, free })) {
        writer.add({ type: "Post", id: parseGlobalId(id).id, markdown: `*${name}*`, html: `<p>${name}</p>` });
      }
      await written();
    });
    expect(await stored(locked)).toEqual({ html: null, version: null });
    expect(await stored(free)).toEqual({ html: "<p>free</p>", version: htmlVersion });
  });
});

test("an account that is deleted leaves no HTML behind", async () => {
  const bob = await server.signUp("bob");
  const postId = await createPost("A post");
  const query = "mutation ($input: CreatePostInput!) { createPost(input: $input) { post { id } } }";
  const input = { title: "Bob's", content: "*bob wrote this*" };
  const bobs = (await server.graphql(query, { input }, bob)).body.data.createPost.post.id;
  await createComment({ postId: bobs, text: "a comment keeps it" });
  const said = { postId, text: "*bob said this*" };
  const asked = "mutation ($input: CreateCommentInput!) { createComment(input: $input) { comment { id } } }";
  const commentId = (await server.graphql(asked, { input: said }, bob)).body.data.createComment.comment.id;
  await createComment({ postId, parentId: commentId, text: "a reply keeps it" });
  const gone = "mutation ($input: DeleteMyAccountInput!) { deleteMyAccount(input: $input) { deletedUserId } }";
  await server.graphql(gone, { input: { password: bob.password } }, bob);
  expect([await stored(bobs), await stored(commentId)]).toEqual(Array(2).fill({ html: null, version: null }));
  expect([await shown(bobs), await shown(commentId)]).toEqual(["", ""]);
});
