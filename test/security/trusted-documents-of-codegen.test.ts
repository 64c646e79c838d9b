/** The manifest as codegen's client preset makes it of a client's own code, served; and that client's hashes, asked for. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { generate } from "@graphql-codegen/cli";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestServer, type TestServer } from "../harness/server.js";
import { connectSocket, runOn } from "../subscriptions/socket.js";

/** As somebody writes a client; what is in it is never run here. */
const client = `
import { graphql } from "./gql";
export const Feed = graphql(\`query Feed($first: Int) { posts(first: $first) { nodes { id ...Author } totalCount } }\`);
export const Author = graphql(\`fragment Author on Post { author { name } }\`);
export const Told = graphql(\`subscription Told { postDeleted { id } }\`);
`;

let directory: string;
let server: TestServer;
/** By the name of the operation: what the generated client sends in the place of its document. */
const hashes = new Map<string, string>();
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "parley-client-"));
  await mkdir(join(directory, "gql"));
  await writeFile(join(directory, "client.ts"), client);
  await generate({
    schema: fileURLToPath(new URL("../../schema.graphql", import.meta.url)),
    documents: join(directory, "client.ts"),
    generates: { [join(directory, "gql/")]: { preset: "client", presetConfig: { persistedDocuments: true } } },
    silent: true,
  });
  const trustedDocumentsFile = join(directory, "gql/persisted-documents.json");
  const manifest: Record<string, string> = JSON.parse(await readFile(trustedDocumentsFile, "utf8"));
  const generated = await readFile(join(directory, "gql/graphql.ts"), "utf8");
  for (const [hash, document] of Object.entries(manifest)) {
    const name = /(?:query|subscription) (\w+)/.exec(document)?.[1] ?? "";
    if (generated.includes(hash)) hashes.set(name, hash);
  }
  server = await startTestServer({ config: { trustedDocuments: "require", trustedDocumentsFile } });
});
afterAll(async () => {
  await server.close();
  await rm(directory, { recursive: true });
});

async function post(body: object): Promise<unknown> {
  const headers = { "content-type": "application/json" };
  return (await fetch(`${server.url}/graphql`, { method: "POST", headers, body: JSON.stringify(body) })).json();
}

const answer = { data: { posts: { nodes: [], totalCount: 0 } } };

test("each operation of the client has a hash, fragments and all", () => {
  expect([...hashes.keys()].sort()).toEqual(["Feed", "Told"]);
});

test("a query is asked for by its hash, with variables, by POST and by a GET that caches may keep", async () => {
  const documentId = hashes.get("Feed") ?? "";
  expect(await post({ documentId, variables: { first: 3 } })).toEqual(answer);
  const search = new URLSearchParams({ documentId, variables: '{"first":3}' });
  const got = await fetch(`${server.url}/graphql?${search}`, { headers: { "apollo-require-preflight": "1" } });
  expect([await got.json(), got.headers.get("etag")]).toEqual([answer, expect.stringMatching(/^W\//)]);
});

test("a subscription too, over a WebSocket; and nothing but what the client was built with", async () => {
  const socket = await connectSocket(server.url);
  const trusted = Object.assign({ query: "" }, { documentId: hashes.get("Told") });
  socket.send({ id: "1", type: "subscribe", payload: trusted });
  const own = Object.assign({ query: "" }, { documentId: hashes.get("Feed") });
  expect((await runOn(socket, "2", own))[0]?.payload).toEqual(answer);
  const [refused] = await runOn(socket, "3", { query: "subscription { postDeleted { cursor } }" });
  expect(refused?.payload[0].extensions.code).toBe("DOCUMENT_NOT_TRUSTED");
  expect(server.live.engine.size.listeners).toBe(1);
  await socket.close();
  expect(await post({ query: "query Feed { posts { totalCount } }" })).toMatchObject({
    errors: [{ extensions: { code: "DOCUMENT_NOT_TRUSTED" } }],
  });
});
