/** Trusted documents by hash, over each transport. */
import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadTrustedDocuments } from "../../src/graphql/documents/trusted-documents.js";
import { startTestServer, type TestServer } from "../harness/server.js";
import { connectSocket, runOn } from "../subscriptions/socket.js";

const feed = "query Feed { posts { totalCount } }";
const deletions = "subscription Told { postDeleted { id } }";
/** codegen's client preset hashes with SHA-1 by default. */
const hash = (text: string) => createHash("sha1").update(text).digest("hex");
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const signUp = `mutation SignUp($input: SignUpInput!) { signUp(input: $input) { session { accessToken } } }`;
const createWebhook = `mutation Hook($input: CreateWebhookInput!) {
  createWebhook(input: $input) { webhook { subscription } userErrors { code message } } }`;
const all = [feed, deletions, signUp, createWebhook];
const manifest = Object.fromEntries(all.map((text) => [hash(text), text]));
const answer = { data: { posts: { totalCount: 0 } } };
const other = "{ __typename }";

let directory: string;
const servers: Record<"allow" | "require", TestServer | undefined> = { allow: undefined, require: undefined };
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "parley-documents-"));
  const trustedDocumentsFile = join(directory, "persisted-documents.json");
  await writeFile(trustedDocumentsFile, JSON.stringify(manifest));
  for (const mode of ["allow", "require"] as const) {
    servers[mode] = await startTestServer({ config: { trustedDocuments: mode, trustedDocumentsFile } });
  }
});
afterAll(async () => {
  await servers.allow?.close();
  await servers.require?.close();
  await rm(directory, { recursive: true });
});

function server(mode: "allow" | "require"): TestServer {
  const found = servers[mode];
  if (found === undefined) throw new Error(`the server with ${mode} has not started`);
  return found;
}

interface Reply {
  readonly errors?: readonly { extensions: { code: string } }[];
}

async function post(mode: "allow" | "require", body: object): Promise<Reply> {
  const headers = { "content-type": "application/json" };
  const response = await fetch(`${server(mode).url}/graphql`, { method: "POST", headers, body: JSON.stringify(body) });
  expect(response.status).toBeLessThan(500);
  return JSON.parse(await response.text());
}

async function get(mode: "allow" | "require", search: Record<string, string>): Promise<Reply> {
  const headers = { "apollo-require-preflight": "1" };
  const response = await fetch(`${server(mode).url}/graphql?${new URLSearchParams(search)}`, { headers });
  return JSON.parse(await response.text());
}

const extensions = { persistedQuery: { version: 1, sha256Hash: hash(feed) } };
const codeIn = ({ errors }: Reply) => errors?.[0]?.extensions.code;

describe.each(["allow", "require"] as const)("with TRUSTED_DOCUMENTS=%s", (mode) => {
  test("a document of the manifest is found by its hash over HTTP", async () => {
    expect(await post(mode, { documentId: hash(feed) })).toEqual(answer);
    expect(await post(mode, { extensions })).toEqual(answer);
    expect(await get(mode, { documentId: hash(feed) })).toEqual(answer);
    expect(await get(mode, { extensions: JSON.stringify(extensions) })).toEqual(answer);
  });

  test("… over a WebSocket", async () => {
    const socket = await connectSocket(server(mode).url);
    const [next] = await runOn(socket, "1", Object.assign({ query: "" }, { extensions }));
    expect(next?.payload).toEqual(answer);
    const refused = await runOn(socket, "2", Object.assign({ query: "" }, { documentId: hash(other) }));
    expect(refused[0]).toMatchObject({ type: "error", payload: [{ extensions: { code: "DOCUMENT_NOT_TRUSTED" } }] });
    await socket.close();
  });

  test("… and as an event stream, which an EventSource can ask for", async () => {
    const end = new AbortController();
    const url = `${server(mode).url}/graphql/stream?documentId=${hash(deletions)}`;
    const stream = await fetch(url, { headers: { accept: "text/event-stream" }, signal: end.signal });
    expect([stream.status, stream.headers.get("content-type")]).toEqual([200, expect.stringContaining("event-stream")]);
    end.abort();
    const refused = await fetch(`${server(mode).url}/graphql/stream?documentId=${hash(other)}`);
    expect([refused.status, codeIn(JSON.parse(await refused.text()))]).toEqual([400, "DOCUMENT_NOT_TRUSTED"]);
  });

  test("a hash that is not in it is refused", async () => {
    expect(codeIn(await post(mode, { documentId: hash(other) }))).toBe("DOCUMENT_NOT_TRUSTED");
    expect(codeIn(await get(mode, { documentId: hash(other) }))).toBe("DOCUMENT_NOT_TRUSTED");
  });
});

test("with allow, other documents run too, and can be registered", async () => {
  expect(await post("allow", { query: other })).toEqual({ data: { __typename: "Query" } });
  const automatic = { persistedQuery: { version: 1, sha256Hash: sha256(other) } };
  expect(codeIn(await post("allow", { extensions: automatic }))).toBe("PERSISTED_QUERY_NOT_FOUND");
  expect(await post("allow", { query: other, extensions: automatic })).toEqual({ data: { __typename: "Query" } });
  expect(await post("allow", { extensions: automatic })).toEqual({ data: { __typename: "Query" } });
});

test("with require, no other document runs, however it is sent", async () => {
  const automatic = { persistedQuery: { version: 1, sha256Hash: sha256(other) } };
  for (const body of [
    { query: other },
    { query: `${feed} ` },
    { query: other, extensions: automatic },
    { extensions: automatic },
    { query: other, documentId: 5 },
  ]) {
    expect(codeIn(await post("require", body))).toBe("DOCUMENT_NOT_TRUSTED");
  }
  expect(await post("require", { query: other, documentId: hash(feed) })).toEqual(answer);
  expect(codeIn(await get("require", { query: other }))).toBe("DOCUMENT_NOT_TRUSTED");
  const batch = await post("require", [{ query: other }]);
  expect(codeIn(batch)).toBe("BAD_REQUEST");
  const stream = await fetch(`${server("require").url}/graphql/stream?query=${encodeURIComponent(`${deletions} `)}`);
  expect(stream.status).toBe(400);
  const socket = await connectSocket(server("require").url);
  expect((await runOn(socket, "1", { query: other }))[0]).toMatchObject({ type: "error" });
  await socket.close();
});

test("with require, a webhook keeps no other document either", async () => {
  const input = { handle: "ada", name: "Ada", email: "ada@example.org", password: "a good password" };
  const signedUp = await server("require").graphql(signUp, { input });
  const token = signedUp.body.data.signUp.session.accessToken;
  const create = async (subscription: string) => {
    const hook = { url: "https://hooks.example.org/", subscription };
    return (await server("require").graphql(createWebhook, { input: hook }, { token })).body.data.createWebhook;
  };
  expect((await create(deletions)).webhook).toEqual({ subscription: deletions });
  expect(await create("subscription { postDeleted { cursor } }")).toEqual({
    webhook: null,
    userErrors: [{ code: "INVALID", message: expect.stringContaining("must be in the manifest of trusted documents") }],
  });
});

test("with require, the text of a document of the manifest is as good as its hash", async () => {
  expect(await post("require", { query: feed })).toEqual(answer);
});

test.each([
  ["is not there", undefined, "cannot be read"],
  ["is no JSON", "{", "cannot be read"],
  ["is empty", "{}", "must be an object of documents by hash"],
  ["is a list", '["query { a }"]', "must be an object of documents by hash"],
  ["holds what is no document", '{"a": 1}', "must be an object of documents by hash"],
])("a manifest that %s stops the start", async (name, content, reason) => {
  const path = join(directory, `${name.replaceAll(" ", "-")}.json`);
  if (content !== undefined) await writeFile(path, content);
  await expect(loadTrustedDocuments("require", path)).rejects.toThrow(reason);
  await expect(loadTrustedDocuments("allow", undefined)).rejects.toThrow("TRUSTED_DOCUMENTS_FILE must be set");
});
