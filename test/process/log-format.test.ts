import { once } from "node:events";
import { connect } from "node:net";
import { expect, test } from "vitest";
import { graphql } from "../harness/client.js";
import type { LogLine, ServerProcess } from "../harness/process.js";
import { dataDirectory, hasPostgres, postgresDatabase, signUp, started, writePost } from "./started.js";

/** On PostgreSQL where there is one: starting the embedded database takes as long as all the rest. */
async function startedEmpty(settings: Record<string, string> = {}): Promise<ServerProcess> {
  const database: Record<string, string> = hasPostgres
    ? { DATABASE_URL: await postgresDatabase("migrated") }
    : { DATA_DIR: await dataDirectory() };
  return started({ ...database, DEMO: "off", ...settings });
}

async function stopped(server: ServerProcess): Promise<readonly LogLine[]> {
  server.kill("SIGTERM");
  expect(await server.exit).toEqual({ code: 0, signal: null });
  return server.log.filter(({ msg }) => msg === "request");
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test("whatever is sent, every line is JSON, every request has one with its id, and no secret is in it", async () => {
  const server = await startedEmpty({ LOG_LEVEL: "trace" });
  const { url } = server;
  const token = await signUp(url, "ada");
  await writePost(url, token, "The title of a post");
  const json = { "content-type": "application/json" };
  const post = (body: string, headers: Record<string, string> = json) =>
    fetch(`${url}/graphql`, { method: "POST", headers, body });
  const answers = await Promise.all([
    fetch(`${url}/health/live`),
    fetch(`${url}/health/ready`),
    fetch(`${url}/.well-known/jwks.json`),
    fetch(`${url}/no/such/path?secret=in-the-query`),
    fetch(`${url}/graphql`, { method: "DELETE" }),
    fetch(`${url}/graphql`, { headers: { accept: "text/html" } }),
    post("{"),
    post('{"query":"{"}'),
    post('{"query":"{ nothing }"}'),
    post("query", { "content-type": "text/plain" }),
    post('{"query":"{ viewer { id } }"}', { ...json, authorization: "Bearer not-a-token" }),
  ]);
  const lines = await stopped(server);

  expect(server.errors()).toBe("");
  expect(server.log).toHaveLength(server.output.length);
  expect(lines).toHaveLength(answers.length + 2);
  const ids = lines.map(({ requestId }) => String(requestId));
  expect(ids.filter((id) => !uuid.test(id))).toEqual([]);
  expect(new Set(ids).size).toBe(lines.length);
  for (const answer of answers) {
    const line = lines.find(({ requestId }) => requestId === answer.headers.get("x-request-id"));
    expect(line).toMatchObject({ status: answer.status, method: expect.any(String), durationMs: expect.any(Number) });
    expect(line?.path).toBe(new URL(answer.url).pathname);
  }
  expect(server.log.filter(({ level }) => Number(level) >= 50)).toEqual([]);
  const text = server.output.join("\n");
  for (const secret of ["the password of ada", token, "not-a-token", "in-the-query", "ada@example.org"]) {
    expect(text).not.toContain(secret);
  }
});

test("a request id that was sent is answered and logged; one that is not harmless is replaced", async () => {
  const server = await startedEmpty();
  const kept = ["a", "req-42_x.7", "x".repeat(128)];
  const replaced = ["", "two words", "x".repeat(129), 'quote"', "{json}", "päth", "semi;colon"];
  for (const id of kept) {
    const answer = await graphql(server.url, "{ __typename }", {}, { headers: { "x-request-id": id } });
    expect(answer.headers.get("x-request-id")).toBe(id);
  }
  for (const id of replaced) {
    const answer = await graphql(server.url, "{ __typename }", {}, { headers: { "x-request-id": id } });
    expect(answer.headers.get("x-request-id")).toMatch(uuid);
  }
  const lines = await stopped(server);
  expect(lines.slice(0, kept.length).map(({ requestId }) => requestId)).toEqual(kept);
  expect(lines.slice(kept.length).filter(({ requestId }) => !uuid.test(String(requestId)))).toEqual([]);
  expect(lines).toHaveLength(kept.length + replaced.length);
});

test("what is not HTTP at all neither logs a line that is not JSON nor ends the process", async () => {
  const server = await startedEmpty();
  for (const bytes of ["\0\0\0\0", "GET\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "GET /\n\nHTTP/9 x\r\n\r\n"]) {
    const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
    socket.on("error", () => undefined);
    socket.end(bytes);
    socket.resume();
    await once(socket, "close");
  }
  expect((await fetch(`${server.url}/health/ready`)).status).toBe(200);
  await stopped(server);
  expect(server.log).toHaveLength(server.output.length);
  expect(server.errors()).toBe("");
});
