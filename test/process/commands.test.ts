import { describe, expect, test } from "vitest";
import { runCommandProcess } from "../harness/process.js";
import { answer, comment, question, user, writeDump } from "../import/dump.js";
import { ask, dataDirectory, emptyDirectory, launched, signUp, started } from "./started.js";

/** A data directory with the account "ada". */
async function withAda(): Promise<{ settings: { DATA_DIR: string; DEMO: string }; token: string }> {
  const settings = { DATA_DIR: await dataDirectory(), DEMO: "off" };
  const server = await started(settings);
  const token = await signUp(server.url, "ada");
  server.kill("SIGTERM");
  await server.exit;
  return { settings, token };
}

describe("role", () => {
  test("makes the first admin, whatever the case it is written in", async () => {
    const { settings, token } = await withAda();
    const command = await runCommandProcess("role", ["Ada", "admin"], settings);
    expect(command).toMatchObject({ code: 0, errors: "" });
    expect(command.output).toContain("is ADMIN now");
    const server = await started(settings);
    const email = "{ viewer { handle role } }";
    expect(await ask(server.url, email, {}, token)).toEqual({ viewer: { handle: "ada", role: "ADMIN" } });
    const log = "{ auditLog { nodes { action reason actor { handle } subject { ... on User { handle } } } } }";
    const entry = { action: "CHANGE_ROLE", reason: "USER to ADMIN", actor: null, subject: { handle: "ada" } };
    expect(await ask(server.url, log, {}, token)).toEqual({ auditLog: { nodes: [entry] } });
  });

  test("an unknown account, an unknown role and missing arguments are errors", async () => {
    const settings = { DATA_DIR: await dataDirectory(), DEMO: "off" };
    const nobody = await runCommandProcess("role", ["nobody", "ADMIN"], settings);
    expect(nobody).toMatchObject({ code: 1, output: "" });
    expect(nobody.errors).toBe('There is no account with the handle "nobody": sign up first.\n');
    for (const words of [["ada", "KING"], ["ada"], []]) {
      const wrong = await runCommandProcess("role", words, settings);
      expect(wrong).toMatchObject({ code: 1, output: "" });
      expect(wrong.errors).toContain("ROLE is one of USER, MODERATOR, ADMIN.");
    }
  });
});

describe("rotate-keys", () => {
  /** A data directory with the key that the first start makes. */
  async function directoryWithKey(): Promise<string> {
    const directory = await dataDirectory();
    const server = await started({ DATA_DIR: directory, DEMO: "off" });
    server.kill("SIGTERM");
    await server.exit;
    return directory;
  }

  test("makes the next key, says when it signs, and makes no other until then", async () => {
    const settings = { DATA_DIR: await directoryWithKey(), DEMO: "off" };
    const made = await runCommandProcess("rotate-keys", [], settings);
    expect(made).toMatchObject({ code: 0, errors: "" });
    const [, kid] =
      /^Created the signing key ([\w-]{43})\. Running servers publish it within 30 seconds/.exec(made.output) ?? [];
    const again = await runCommandProcess("rotate-keys", [], settings);
    expect(again).toMatchObject({ code: 0, errors: "" });
    expect(again.output).toContain(`The signing key ${kid} is already waiting to become active.`);
    const server = await started(settings);
    const answer = await fetch(`${server.url}/.well-known/jwks.json`);
    const { keys } = (await answer.json()) as { keys: { kid: string }[] };
    expect(keys).toHaveLength(2);
    expect(keys.map((key) => key.kid)).toContain(kid);
  });

  test("with another SECRETS_KEY than the server's it fails, and so does the server", async () => {
    const SECRETS_KEY = Buffer.alloc(32, 7).toString("base64");
    const settings = { DATA_DIR: await directoryWithKey(), DEMO: "off", SECRETS_KEY };
    const command = await runCommandProcess("rotate-keys", [], settings);
    expect(command).toMatchObject({ code: 1, output: "" });
    expect(command.errors).toMatch(
      /^The keys that sign access tokens cannot be read: .*SECRETS_KEY is not the key.*\n$/,
    );
    const server = launched(settings);
    expect(await server.exit).toMatchObject({ code: 1 });
    expect(server.errors()).toContain("SECRETS_KEY is not the key");
  });
});

describe("import", () => {
  test("prints a summary, and the second time that all is there", async () => {
    const settings = { DATA_DIR: await dataDirectory(), DEMO: "off" };
    const rows = {
      users: [user(1)],
      posts: [question(1, { OwnerUserId: "1" }), answer(2, 1)],
      comments: [comment(1, 2)],
    };
    const directory = await writeDump(rows);
    const command = await runCommandProcess("import", [directory], settings);
    expect(command).toMatchObject({ code: 0, errors: "" });
    expect(command.output).toContain("4 new, 0 already there. New: 1 users, 1 posts, 2 comments.");
    const again = await runCommandProcess("import", [directory], settings);
    expect(again).toMatchObject({ code: 0, errors: "" });
    expect(again.output).toContain("0 new, 4 already there.");

    const server = await started(settings);
    const { posts } = await ask(server.url, "{ posts { nodes { title commentCount } } }");
    expect(posts.nodes).toEqual([{ title: "Question 1", commentCount: 2 }]);
  });

  test("a directory that is not a dump, does not exist or is not given is an error", async () => {
    const settings = { DATA_DIR: await dataDirectory(), DEMO: "off" };
    const empty = await runCommandProcess("import", [await emptyDirectory()], settings);
    expect(empty).toMatchObject({ code: 1, output: "" });
    expect(empty.errors).toMatch(/ must hold Users\.xml, Posts\.xml, Comments\.xml; .* found an empty directory\n$/);
    const missing = await runCommandProcess("import", ["/no/such/dump"], settings);
    expect(missing).toMatchObject({ code: 1, output: "" });
    expect(missing.errors).toContain('"/no/such/dump", found nothing there');
    const none = await runCommandProcess("import", [], settings);
    expect(none).toMatchObject({ code: 1, output: "" });
    expect(none.errors).toContain("npm run import -- DIR");
  });
});
