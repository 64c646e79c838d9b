import { expect, test } from "vitest";
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

test.skipIf(!hasPostgres)("a PostgreSQL never gets it", async () => {
  const server = await started({ DATABASE_URL: await postgresDatabase("migrated"), DEMO: "on" });
  const counts = await ask(server.url, "{ users { totalCount } posts { totalCount } }");
  expect(counts).toEqual({ users: { totalCount: 0 }, posts: { totalCount: 0 } });
});
