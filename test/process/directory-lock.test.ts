import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runCommandProcess } from "../harness/process.js";
import { ask, dataDirectory, launched, signUp, started, writePost } from "./started.js";

test("a second process on the directory gets the owner's name in its error, and the first is unharmed", async () => {
  const settings = { DATA_DIR: await dataDirectory(), DEMO: "off" };
  const first = await started(settings);
  const second = launched(settings);
  expect(await second.exit).toEqual({ code: 1, signal: null });
  expect(second.errors().trim().split("\n")).toHaveLength(1);
  expect(second.errors()).toContain(`is in use by process ${first.pid}.`);
  expect(second.output).toEqual([]);

  const command = await runCommandProcess("role", ["ada", "admin"], settings);
  expect(command).toMatchObject({ code: 1, output: "" });
  expect(command.errors).toContain(`is in use by process ${first.pid}.`);

  await writePost(first.url, await signUp(first.url, "ada"));
  first.kill("SIGTERM");
  expect(await first.exit).toEqual({ code: 0, signal: null });
});

test("the lock of a process that was killed is taken over, with what it had acknowledged", async () => {
  const settings = { DATA_DIR: await dataDirectory(), DEMO: "off" };
  const first = await started(settings);
  await writePost(first.url, await signUp(first.url, "ada"));
  first.kill("SIGKILL");
  expect(await first.exit).toEqual({ code: null, signal: "SIGKILL" });
  expect(await readFile(join(settings.DATA_DIR, "lock"), "utf8")).toMatch(new RegExp(`^${first.pid} `));

  const second = await started(settings);
  expect(await ask(second.url, "{ posts { totalCount } }")).toEqual({ posts: { totalCount: 1 } });
});

test("of several that find a stale lock at the same time, one gets it", async () => {
  const settings = { DATA_DIR: await dataDirectory(), DEMO: "off" };
  await writeFile(join(settings.DATA_DIR, "lock"), "999999999 1");
  const all = [1, 2, 3].map(() => launched(settings));
  const outcomes = await Promise.all(
    all.map((each) =>
      each.line("Parley is ready").then(
        () => "ready",
        () => each.errors(),
      ),
    ),
  );
  expect(outcomes.filter((each) => each === "ready")).toHaveLength(1);
  expect(outcomes.filter((each) => each.includes("is in use by process"))).toHaveLength(2);
});

test("a lock that names a living process which began at another time is stale: its number was used again", async () => {
  const settings = { DATA_DIR: await dataDirectory(), DEMO: "off" };
  await writeFile(join(settings.DATA_DIR, "lock"), `${process.pid} 1`);
  const server = await started(settings);
  server.kill("SIGTERM");
  expect(await server.exit).toEqual({ code: 0, signal: null });
  expect((await readdir(settings.DATA_DIR)).sort()).toEqual(["db", "db-complete", "secrets.key"]);
});
