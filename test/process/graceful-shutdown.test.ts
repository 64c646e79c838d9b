import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { connect } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { graphql } from "../harness/client.js";
import type { ServerProcess } from "../harness/process.js";
import { until } from "../subscriptions/inbox.js";
import {
  ask,
  connection,
  dataDirectory,
  emptyDirectory,
  hasPostgres,
  launched,
  postgresDatabase,
  signUp,
  somebodyWaits,
  started,
  writePost,
} from "./started.js";

const likeMutation = `mutation ($input: LikePostInput!) { likePost(input: $input) { post { likeCount } userErrors { code } } }`;

interface HeldRequest {
  readonly server: ServerProcess;
  readonly answer: ReturnType<typeof graphql>;
  /** Lets the request go on. */
  release(): Promise<void>;
}

/** A like that waits for the row of its post, which a second connection holds. */
async function holdRequest(settings: Record<string, string> = {}): Promise<HeldRequest> {
  const url = await postgresDatabase("migrated");
  const server = await started({ DATABASE_URL: url, ...settings });
  const token = await signUp(server.url, "ada");
  const postId = await writePost(server.url, token);
  const other = await connection(url);
  await other.query("BEGIN");
  await other.query("SELECT id FROM posts FOR UPDATE");
  const answer = graphql(server.url, likeMutation, { input: { postId } }, { token });
  // Not every caller awaits the answer.
  answer.catch(() => undefined);
  await somebodyWaits(other);
  return { server, answer, release: async () => void (await other.query("COMMIT")) };
}

describe.skipIf(!hasPostgres)("on PostgreSQL", () => {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    test(`${signal}: the request in flight gets its answer, new ones a 503, and the exit code is 0`, async () => {
      const { server, answer, release } = await holdRequest();
      expect((await fetch(`${server.url}/health/ready`)).status).toBe(200);
      server.kill(signal);
      expect(await server.line("stopping")).toMatchObject({ reason: signal });

      const ready = await fetch(`${server.url}/health/ready`);
      expect({ status: ready.status, body: await ready.json() }).toMatchObject({
        status: 503,
        body: { status: "stopping" },
      });
      expect((await fetch(`${server.url}/health/live`)).status).toBe(200);
      const refused = await fetch(`${server.url}/graphql?query={__typename}`, {
        headers: { accept: "application/json" },
      });
      expect(refused.status).toBe(503);
      expect(refused.headers.get("connection")).toBe("close");
      expect(refused.headers.get("retry-after")).toBe("1");

      await release();
      expect((await answer).body).toEqual({ data: { likePost: { post: { likeCount: 1 }, userErrors: [] } } });
      expect(await server.exit).toEqual({ code: 0, signal: null });
      expect(server.log.at(-1)?.msg).toBe("stopped");
      expect(server.errors()).toBe("");
    });
  }

  test("a second signal ends it at once", async () => {
    const { server, answer } = await holdRequest({ SHUTDOWN_TIMEOUT_MS: "600000" });
    server.kill("SIGTERM");
    await server.line("stopping");
    // One that follows within 200 ms counts as the first, which npm and timeout(1) send twice.
    const again = setInterval(() => server.kill("SIGTERM"), 50);
    expect(await server.exit).toEqual({ code: 1, signal: null });
    clearInterval(again);
    await expect(answer).rejects.toThrow();
  });

  test("a request that never ends holds the process up no longer than the settings allow", async () => {
    const { server, answer } = await holdRequest({ SHUTDOWN_TIMEOUT_MS: "200" });
    server.kill("SIGTERM");
    expect(await server.exit).toEqual({ code: 1, signal: null });
    expect(server.log.at(-1)?.msg).toContain("shutdown timed out");
    await expect(answer).rejects.toThrow();
  });
});

describe("embedded", () => {
  test("accounts being made when the signal comes are answered and kept, or refused; the directory is free at once", async () => {
    const settings = { DATA_DIR: await dataDirectory(), DEMO: "off" };
    const server = await started(settings);
    // Hashing a password is slow: most of these are still at it when the first is done.
    const handles = Array.from({ length: 24 }, (_, index) => `member${index}x`);
    const mutation = `mutation ($input: SignUpInput!) { signUp(input: $input) { user { handle } userErrors { code } } }`;
    const answers = handles.map(async (handle) => {
      const input = { handle, name: handle, email: `${handle}@example.org`, password: `the password of ${handle}` };
      try {
        const { status, body } = await graphql(server.url, mutation, { input });
        return { handle, status, made: body.data?.signUp.user?.handle };
      } catch {
        // The port was closed before the request was read.
        return { handle, status: 503, made: undefined };
      }
    });
    await Promise.race(answers);
    server.kill("SIGTERM");
    const settled = await Promise.all(answers);
    expect(await server.exit).toEqual({ code: 0, signal: null });
    expect(await readdir(settings.DATA_DIR)).not.toContain("lock");

    const made = settled.filter(({ status }) => status === 200).map(({ handle }) => handle);
    expect(settled.filter(({ status, handle, made }) => status === 200 && made !== handle)).toEqual([]);
    expect(settled.filter(({ status }) => status !== 200 && status !== 503)).toEqual([]);
    expect(made.length).toBeGreaterThan(1);

    const next = await started(settings);
    const { users } = await ask(next.url, "{ users(first: 100) { nodes { handle } } }");
    expect(users.nodes.map((user: { handle: string }) => user.handle).sort()).toEqual(made.sort());
  });

  test("a signal during the start lets the start end, then stops", async () => {
    const directory = await emptyDirectory();
    const server = launched({ DATA_DIR: directory, DEMO: "off" });
    // Taken before anything else is done, given back last.
    await until(async () => (await readdir(directory)).includes("lock"));
    server.kill("SIGTERM");
    expect(await server.exit).toEqual({ code: 0, signal: null });
    expect(await readdir(directory)).not.toContain("lock");
  });

  test("a client that leaves an upload half done does not make an error line, and is waited for only so long", async () => {
    const server = await started({ DATA_DIR: await dataDirectory(), DEMO: "off", SHUTDOWN_TIMEOUT_MS: "300" });
    const upload = connect(Number(new URL(server.url).port), "127.0.0.1");
    onTestFinished(() => void upload.destroy());
    upload.on("error", () => undefined);
    upload.write("POST /graphql HTTP/1.1\r\nHost: parley\r\nContent-Type: application/json\r\n");
    upload.write("Content-Length: 100\r\nExpect: 100-continue\r\n\r\n{");
    const [head] = await once(upload, "data");
    expect(String(head)).toContain("100 Continue");
    server.kill("SIGTERM");
    expect(await server.exit).toEqual({ code: 0, signal: null });
    expect(server.log.filter(({ level }) => Number(level) >= 50)).toEqual([]);
  });
});
