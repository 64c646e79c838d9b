import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { openUnlocked } from "../../src/db/embedded.js";
import { copyPrepared } from "../../src/db/prepared.js";
import { countWaiting } from "../../src/events/event-log.js";
import { htmlVersion } from "../../src/markdown/html-version.js";
import { startServerProcess } from "../harness/process.js";
import { ask, emptyDirectory, hasPostgres, postgresDatabase, started } from "./started.js";

/** The query of the issue. */
const feed = `{ posts(first: 20) { nodes { id title createdAt author { id name handle }
  comments(first: 3) { nodes { id text author { id name } } } } } }`;

interface Post {
  readonly author: object | null;
  readonly comments: { readonly nodes: readonly object[] };
}

test("from an empty directory, without settings, it serves the demo community and says how to turn it off", async () => {
  const directory = await emptyDirectory();
  const first = await started({}, directory);
  const posts: Post[] = (await ask(first.url, feed)).posts.nodes;
  expect(posts.length).toBeGreaterThan(5);
  expect(posts.every(({ author }) => author !== null)).toBe(true);
  expect(posts.some(({ comments }) => comments.nodes.length > 0)).toBe(true);
  expect((await first.line("demo community")).msg).toContain("DEMO=off");

  first.kill("SIGTERM");
  expect(await first.exit).toEqual({ code: 0, signal: null });

  const later = await started({}, directory);
  expect((await ask(later.url, feed)).posts.nodes).toEqual(posts);
  expect(later.log.filter(({ msg }) => msg.includes("demo community"))).toEqual([]);
  // On a machine at rest 10 s and 3 s at most; this one is running other tests, so the figures are for a person to read.
  process.stdout.write(`ready after ${first.readyMs} ms the first time, ${later.readyMs} ms the second\n`);
});

test("DEMO=off keeps it empty, and what people write is not added to by a later start with the demo on", async () => {
  const directory = await emptyDirectory();
  const first = await started({ DEMO: "off" }, directory);
  expect((await ask(first.url, "{ users { totalCount } posts { totalCount } }")).users.totalCount).toBe(0);
  expect(first.log.filter(({ msg }) => msg.includes("demo community"))).toEqual([]);
  const input = { handle: "ada", name: "Ada", email: "ada@example.org", password: "the password of ada" };
  await ask(first.url, "mutation ($input: SignUpInput!) { signUp(input: $input) { user { id } } }", { input });
  first.kill("SIGTERM");
  await first.exit;

  const later = await started({}, directory);
  const counts = await ask(later.url, "{ users { totalCount } posts { totalCount } }");
  expect(counts).toEqual({ users: { totalCount: 1 }, posts: { totalCount: 0 } });
});

/** What no two installations may share. */
interface Identity {
  readonly cursor: string;
  readonly keys: readonly { readonly kid: string }[];
  readonly secret: string;
}

describe.each(["on", "off"])("with DEMO=%s, two fresh directories share", (DEMO) => {
  let identities: Identity[];

  beforeAll(async () => {
    identities = await Promise.all([1, 2].map(() => firstStart(DEMO)));
  });

  test("no event log: a cursor of one is not valid in the other", () => {
    const [one, other] = identities.map(({ cursor }) => cursor);
    expect(one).toEqual(expect.any(String));
    expect(one).not.toBe(other);
  });

  test("no key that signs tokens", () => {
    const kids = identities.flatMap(({ keys }) => keys.map(({ kid }) => kid));
    expect(new Set(kids).size).toBe(2);
  });

  test("no key that encrypts secrets", () => {
    expect(new Set(identities.map(({ secret }) => secret)).size).toBe(2);
  });
});

async function firstStart(DEMO: string): Promise<Identity> {
  const directory = await mkdtemp(join(tmpdir(), "parley-process-"));
  const server = await startServerProcess({ settings: { DATA_DIR: directory, DEMO } });
  try {
    const { cursor } = await ask(server.url, "{ cursor: eventCursor }");
    const { keys }: Pick<Identity, "keys"> = JSON.parse(
      await (await fetch(`${server.url}/.well-known/jwks.json`)).text(),
    );
    return { cursor, keys, secret: await readFile(join(directory, "secrets.key"), "utf8") };
  } finally {
    await server.close();
    await rm(directory, { recursive: true, force: true, maxRetries: 3 });
  }
}

test("the prepared databases hold no key, no session and no account that can sign in", async () => {
  for (const content of ["empty", "demo"] as const) {
    const directory = await emptyDirectory();
    await copyPrepared(content, join(directory, "db"));
    const database = await openUnlocked(join(directory, "db"));
    const [counts] = await database.query(
      `SELECT (SELECT count(*) FROM signing_keys) AS keys, (SELECT count(*) FROM sessions) AS sessions,
        (SELECT count(*) FROM users WHERE password_hash IS NOT NULL) AS passwords`,
      [],
    );
    const texts = await database.query(
      `SELECT content_html_version AS version FROM posts UNION SELECT text_html_version FROM comments`,
      [],
    );
    const waiting = await countWaiting(database.query);
    await database.close();
    expect(counts).toEqual({ keys: 0, sessions: 0, passwords: 0 });
    expect(texts).toEqual(content === "demo" ? [{ version: htmlVersion }] : []);
    expect(waiting).toBe(0);
  }
});

test.skipIf(!hasPostgres)("a PostgreSQL never gets it", async () => {
  const server = await started({ DATABASE_URL: await postgresDatabase("migrated"), DEMO: "on" });
  const counts = await ask(server.url, "{ users { totalCount } posts { totalCount } }");
  expect(counts).toEqual({ users: { totalCount: 0 }, posts: { totalCount: 0 } });
});
