/** Starts the servers that are compared. All support the same operations; Parley is the compiled server with one post. */
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startServer } from "../child.mjs";
import { atEnd } from "../clean-up.mjs";
import { connectListeners } from "./listeners.mjs";

const probe = new URL("../probe.mjs", import.meta.url);
const ready = /ready at (ws:\S+)/;
const flags = ["--expose-gc"];
const frameBytes = 400;

const selection = "cursor post { id title content author { id handle name } }";

/** The subscription that is measured, and others that differ from it. */
export function subscriptionTo(postId, variant = 0) {
  const query = `subscription Edits${variant || ""}($postId: ID) { postUpdated(postId: $postId) { ${selection} } }`;
  return { query, variables: { postId } };
}

export async function startRaw(frame) {
  return emitting(
    await startServer({ script: at("raw-server.mjs"), probe, env: { BENCH_FRAME: frame }, ready, flags }),
    {},
  );
}

export async function startTextbook(frame) {
  const env = { BENCH_FRAME: frame };
  return emitting(await startServer({ script: at("textbook-server.mjs"), probe, env, ready, flags }), {});
}

/**
 * Starts Parley, embedded unless `env` names a database, and puts one post into it, such that a frame has 400 bytes.
 * `post` is its global id; `emit` writes events about it.
 */
export async function startParley(env = {}) {
  const script = at("../../dist/main.js");
  if (!existsSync(script)) throw new Error("dist/main.js is not there: run `npm ci` or `npm run build` first");
  const directory = await mkdtemp(join(tmpdir(), "parley-bench-"));
  const removeDirectory = atEnd(() => rm(directory, { recursive: true, force: true }));
  const server = await startServer({
    script,
    probe: at("parley-probe.mjs"),
    env: { ...settings, DATA_DIR: directory, ...env },
    ready: /Parley is ready at (http:\S+)\/graphql/,
    flags,
  });
  const { token, authorId } = await signUp(server.url);
  const url = `${server.url.replace("http", "ws")}/graphql`;
  const short = await makePost(server.url, token, "");
  const about = (post) => ({ postId: rowId(post), authorId: rowId(authorId) });
  const padding = frameBytes - Buffer.byteLength(await frameOf(url, short, () => emit(server, about(short), 1)));
  const post = await makePost(server.url, token, "x".repeat(padding));
  return {
    ...emitting(server, about(post)),
    url,
    post,
    authorization: `Bearer ${token}`,
    about: about(post),
    /** A second post, and events about it. */
    other: { post: short, emit: () => emit(server, about(short), 1) },
    frame: await frameOf(url, post, () => emit(server, about(post), 1)),
    async end() {
      await server.end();
      await removeDirectory();
    },
  };
}

const settings = {
  RATE_LIMIT: "off",
  PORT: "0",
  HOST: "127.0.0.1",
  DEMO: "off",
  PLAYGROUND: "off",
  LOG_LEVEL: "info",
  CONNECTIONS_PER_USER: "1000000",
  HTTP_CONNECTION_LIMIT: "1000000",
  HTTP_CONNECTIONS_PER_ADDRESS: "1000000",
  SHUTDOWN_TIMEOUT_MS: "1000",
  SECRETS_KEY: Buffer.alloc(32, 1).toString("base64"),
  DATABASE_URL: "",
  REDIS_URL: "",
};

function at(path) {
  return new URL(path, import.meta.url);
}

function emitting(server, about) {
  return { ...server, emit: (count = 1) => emit(server, about, count) };
}

function emit(server, about, count) {
  return server.ask({ kind: "emit", count, ...about });
}

async function frameOf(url, post, emitOne) {
  const listeners = await connectListeners(url, 1, () => subscriptionTo(post));
  listeners.keepsText = true;
  await listeners.warmUp(emitOne);
  await listeners.close();
  return listeners.lastText;
}

async function signUp(url) {
  const query = `mutation ($input: SignUpInput!) {
    signUp(input: $input) { session { accessToken } user { id } userErrors { message } } }`;
  const name = `bench${Date.now().toString(36)}`;
  const input = { handle: name, name, email: `${name}@example.org`, password: "a password for measuring" };
  const { session, user } = (await send(url, query, input)).signUp;
  return { token: session.accessToken, authorId: user.id };
}

async function makePost(url, token, padding) {
  const query = "mutation ($input: CreatePostInput!) { createPost(input: $input) { post { id } } }";
  const data = await send(url, query, { title: "A post that is edited", content: `Measured. ${padding}` }, token);
  return data.createPost.post.id;
}

/** Sends a mutation of one input, and returns its data. */
export async function send(url, query, input, token) {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch(`${url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", ...authorization },
    body: JSON.stringify({ query, variables: { input } }),
  });
  const { data, errors } = await response.json();
  if (errors) throw new Error(errors[0].message);
  return data;
}

/** The number in a global id such as `Post:7` in base64url. */
function rowId(globalId) {
  return Number(Buffer.from(globalId, "base64url").toString().split(":")[1]);
}
