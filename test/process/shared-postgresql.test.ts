import { describe, expect, test } from "vitest";
import { graphql } from "../harness/client.js";
import { launchCommand, runCommandProcess } from "../harness/process.js";
import {
  ask,
  connection,
  hasPostgres,
  launched,
  postgresDatabase,
  signUp,
  somebodyWaits,
  started,
  writePost,
} from "./started.js";

describe.skipIf(!hasPostgres)("on PostgreSQL", () => {
  test("an empty database is not served, until it is migrated with the command that the message names", async () => {
    const settings = { DATABASE_URL: await postgresDatabase("empty") };
    const refused = launched(settings);
    expect(await refused.exit).toEqual({ code: 1, signal: null });
    expect(refused.errors()).toMatch(
      /^DATABASE_URL: the database is missing the migrations \d{14}_\w+.*\. Run `npm run migrate` first\.\n$/,
    );

    const migrated = await runCommandProcess("migrate", [], settings);
    expect(migrated).toMatchObject({ code: 0, errors: "" });
    expect(migrated.output).toMatch(/^Applied \d{14}_\w+/);
    const again = await runCommandProcess("migrate", ["--diff"], settings);
    expect(again).toMatchObject({ code: 0, errors: "" });
    expect(again.output.split("\n")).toEqual([
      "All migrations are already applied.",
      "prisma/schema.prisma matches the migrations.",
    ]);

    const server = await started(settings);
    expect(await ask(server.url, "{ users { totalCount } }")).toEqual({ users: { totalCount: 0 } });
  });

  test("two migrations at once do what one does", async () => {
    const settings = { DATABASE_URL: await postgresDatabase("empty") };
    const both = await Promise.all([1, 2].map(() => runCommandProcess("migrate", [], settings)));
    expect(both).toEqual([
      expect.objectContaining({ code: 0, errors: "" }),
      expect.objectContaining({ code: 0, errors: "" }),
    ]);
    const applied = both.filter(({ output }) => output.startsWith("Applied "));
    expect(applied).toHaveLength(1);
    const server = await started(settings);
    expect((await fetch(`${server.url}/health/ready`)).status).toBe(200);
  });

  test("a migration that is killed half-way leaves nothing, and is done by running it again", async () => {
    const settings = { DATABASE_URL: await postgresDatabase("empty") };
    const other = await connection(settings.DATABASE_URL);
    // Somebody else is making a table of that name: the migration, which has made others before, waits to see whether.
    await other.query("BEGIN");
    await other.query("CREATE TABLE comments ()");
    const killed = launchCommand("migrate", [], settings);
    await somebodyWaits(other);
    killed.kill("SIGKILL");
    await killed.exit;
    await other.query("ROLLBACK");

    const again = await runCommandProcess("migrate", [], settings);
    expect(again).toMatchObject({ code: 0, errors: "" });
    expect(again.output).toMatch(/^Applied \d{14}_\w+/);
  });

  test("a database that holds something else is refused in one line, and left as it was", async () => {
    const settings = { DATABASE_URL: await postgresDatabase("empty") };
    const other = await connection(settings.DATABASE_URL);
    await other.query("CREATE TABLE comments ()");
    const command = await runCommandProcess("migrate", [], settings);
    expect(command).toMatchObject({ code: 1, output: "" });
    expect(command.errors).toMatch(
      /^The migrations failed, and none was applied: The database schema is not empty\.[^\n]*\n$/,
    );
    const tables = await other.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public'");
    expect(tables.rows).toEqual([{ tablename: "comments" }]);
  });

  test("two servers that start at once see each other's writes and take each other's tokens", async () => {
    const settings = { DATABASE_URL: await postgresDatabase("migrated") };
    const [first, second] = await Promise.all([started(settings), started(settings)]);
    const ada = await signUp(first.url, "ada");
    const postId = await writePost(first.url, ada, "Written on the first");
    const bob = await signUp(second.url, "bob");

    const query = "query ($id: ID!) { viewer { handle } post(id: $id) { title author { handle } viewerCanEdit } }";
    const asked = await ask(second.url, query, { id: postId }, ada);
    const post = { title: "Written on the first", author: { handle: "ada" }, viewerCanEdit: true };
    expect(asked).toEqual({ viewer: { handle: "ada" }, post });
    expect(await ask(first.url, "{ viewer { handle } }", {}, bob)).toEqual({ viewer: { handle: "bob" } });
    const keys = await Promise.all(
      [first, second].map(async ({ url }) => (await fetch(`${url}/.well-known/jwks.json`)).json()),
    );
    expect(keys[0]).toEqual(keys[1]);
  });

  test("likes that reach two servers at once are all counted", async () => {
    const settings = { DATABASE_URL: await postgresDatabase("migrated") };
    const servers = await Promise.all([started(settings), started(settings)]);
    const [{ url }] = servers;
    const postId = await writePost(url, await signUp(url, "author"));
    const tokens = await Promise.all(Array.from({ length: 8 }, (_, index) => signUp(url, `reader${index}x`)));
    const mutation = "mutation ($input: LikePostInput!) { likePost(input: $input) { userErrors { code } } }";
    const likes = tokens.flatMap((token) =>
      servers.map((server) => graphql(server.url, mutation, { input: { postId } }, { token })),
    );
    for (const { body } of await Promise.all(likes)) expect(body).toEqual({ data: { likePost: { userErrors: [] } } });
    const query = "query ($id: ID!) { post(id: $id) { likeCount likedBy { totalCount } } }";
    const { post } = await ask(url, query, { id: postId });
    expect(post).toEqual({ likeCount: 8, likedBy: { totalCount: 8 } });
  });
});
