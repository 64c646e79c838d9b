/** Attacks by one caller within the default limits, each with a preparation and a repeated step. */

const comment = "mutation ($input: CreateCommentInput!) { createComment(input: $input) { comment { id } } }";
const post = "mutation ($input: CreatePostInput!) { createPost(input: $input) { post { id } } }";
const aliases = (count, field) => Array.from({ length: count }, (_, n) => `a${n}: ${field}`).join(" ");
const prose = "Many small words, one after the other, fill a comment. ".repeat(180).slice(0, 9_900);

async function createPost(client, content) {
  const { createPost } = await client.data(post, { input: { title: "A post", content } });
  return createPost.post.id;
}

async function createComments(client, postId, count) {
  for (let n = 0; n < count; n++) await client.data(comment, { input: { postId, text: prose } });
}

/** Likes and unlikes: two events each time, as long as the limits allow. */
async function makeEvents(client, postId, count) {
  const both = `mutation ($input: LikePostInput!, $back: UnlikePostInput!) {
    likePost(input: $input) { post { id } } unlikePost(input: $back) { post { id } } }`;
  for (let n = 0; n < count; n++) await client.data(both, { input: { postId }, back: { postId } });
}

const cursor = async (client) => (await client.data("{ eventCursor }")).eventCursor;
const webhook =
  "mutation ($input: CreateWebhookInput!) { createWebhook(input: $input) { webhook { id } userErrors { message } } }";

/** `prepare` is not measured; its result is passed to `strike`, which is repeated until the time is over. */
export const attacks = [
  {
    name: "a table of 3 million cells, rendered",
    prepare: async (client) => {
      const columns = 1_600;
      const header = `|${"a|".repeat(columns)}\n|${"-|".repeat(columns)}\n`;
      const id = await createPost(client, header + "|\n".repeat(Math.floor((10_000 - header.length) / 2)));
      return { query: "query ($id: ID!) { post(id: $id) { contentHtml } }", variables: { id } };
    },
    strike: (client, body) => client.send(body),
  },
  {
    name: "five slow lists in one page",
    prepare: async (client) => {
      const ids = [];
      for (let n = 0; n < 5; n++) ids.push(await createPost(client, "* a\n".repeat(10_000)));
      return { query: "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Post { contentHtml } } }", variables: { ids } };
    },
    strike: (client, body) => client.send(body),
  },
  {
    name: "49 aliases of a page of long comments, never read",
    prepare: async (client) => {
      const id = await createPost(client, "A post with long comments");
      await createComments(client, id, 50);
      const page = "comments(first: 50) { nodes { text } }";
      return { query: `query ($id: ID!) { post(id: $id) { ${aliases(49, page)} } }`, variables: { id } };
    },
    width: 6,
    strike: async (client, body, wait) => {
      client.sendAndNeverRead(body);
      await wait(500);
    },
  },
  {
    name: "responses just below the limit, never read",
    prepare: async (client) => {
      const id = await createPost(client, "A post with long comments");
      await createComments(client, id, 50);
      const page = "comments(first: 50) { nodes { text } }";
      return { query: `query ($id: ID!) { post(id: $id) { ${aliases(16, page)} } }`, variables: { id } };
    },
    width: 6,
    strike: async (client, body, wait) => {
      client.sendAndNeverRead(body);
      await wait(500);
    },
  },
  {
    name: "30 replaying subscriptions",
    prepare: async (client) => {
      const after = await cursor(client);
      const postId = await createPost(client, "A post that is liked");
      await makeEvents(client, postId, 300);
      const inner = aliases(10, "posts(first: 10) { nodes { id title } }");
      return {
        query: `subscription ($after: String) { events(after: $after) { id ... on PostLiked { post { author { ${inner} } } } } }`,
        variables: { after },
      };
    },
    strike: async (client, body, wait) => {
      for (let n = 0; n < 30; n++) client.stream(body);
      await wait(5_000);
    },
  },
  {
    name: "five webhooks with huge bodies, and likes",
    prepare: async (client, { sinkUrl }) => {
      const postId = await createPost(client, "A post that is liked");
      await createComments(client, postId, 50);
      const page = "comments(first: 50) { nodes { text } }";
      const subscription = `subscription { postLiked { post { ${aliases(20, page)} } } }`;
      for (let n = 0; n < 5; n++) await client.data(webhook, { input: { url: sinkUrl, subscription } });
      return postId;
    },
    strike: (client, postId) => makeEvents(client, postId, 1),
  },
  {
    name: "a webhook replayed over all events",
    prepare: async (client, { sinkUrl }) => {
      const after = await cursor(client);
      const postId = await createPost(client, "A post that is liked");
      const subscription = "subscription { events { id cursor } }";
      const { createWebhook } = await client.data(webhook, { input: { url: sinkUrl, subscription } });
      await makeEvents(client, postId, 500);
      const query =
        "mutation ($input: ReplayWebhookInput!) { replayWebhook(input: $input) { userErrors { message } } }";
      return { query, variables: { input: { webhookId: createWebhook.webhook.id, after } } };
    },
    strike: (client, body) => client.send(body),
  },
  {
    name: "a price hidden by the name of a variable",
    width: 8,
    prepare: async () => ({
      query: `query ($constructor: Int = 100) { posts(first: $constructor) { nodes { comments(first: $constructor) { nodes { author { handle } } } } } }`,
    }),
    strike: (client, body) => client.send(body),
  },
  {
    name: "a megabyte in each connection_init",
    prepare: async () => {
      const payload = { authorization: "", ballast: "x".repeat(900_000) };
      return JSON.stringify({ type: "connection_init", payload });
    },
    strike: async (client, message, wait) => {
      for (let n = 0; n < 10; n++) client.socket([message]);
      await wait(250);
    },
  },
  {
    name: "undeclared variables on 100 subscriptions of a socket",
    prepare: async () => {
      const variables = { ballast: "x".repeat(50_000) };
      const query = "subscription { postCreated { id } }";
      const messages = Array.from({ length: 100 }, (_, n) =>
        JSON.stringify({ id: String(n), type: "subscribe", payload: { query, variables } }),
      );
      return [JSON.stringify({ type: "connection_init" }), ...messages];
    },
    strike: async (client, messages, wait) => {
      client.socket(messages);
      await wait(500);
    },
  },
  {
    name: "documents of many nodes, each a new one",
    width: 4,
    prepare: async () => ({ n: 0 }),
    strike: (client, state) => {
      state.n += 1;
      const fields = aliases(45, "posts(first: 1) { nodes { id title createdAt author { id } } }");
      return client.send({ query: `query Q${state.n} { ${fields} }` });
    },
  },
  {
    name: "searches for common words, deep offsets and counts",
    width: 8,
    prepare: async () => ({
      query: `{ a: posts(first: 1, offset: 9000) { totalCount }
        b: posts(first: 1, filter: { search: "the or a or post" }) { totalCount nodes { id } } }`,
    }),
    strike: (client, body) => client.send(body),
  },
];
