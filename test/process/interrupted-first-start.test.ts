import { execFile } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { cp, mkdtemp, readdir, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { PGlite } from "@electric-sql/pglite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type LaunchedProcess, launchServer } from "../harness/process.js";
import { ask, dataDirectory, emptyDirectory, launched, started } from "./started.js";

const run = promisify(execFile);

type Moment = (directory: string, server: LaunchedProcess) => Promise<unknown>;

/** Resolves when the file is there. */
function exists(name: string): Moment {
  return async (directory) => {
    while (!existsSync(join(directory, name))) await sleep(1);
  };
}

function says(text: string): Moment {
  return (_, server) => server.line(text);
}

interface Kind {
  readonly name: string;
  /** Makes what is run. Default this repository's `dist/`. */
  readonly dist?: () => Promise<string>;
  /** In the order in which they come. */
  readonly moments: readonly [name: string, moment: Moment][];
}

const kinds: readonly Kind[] = [
  {
    name: "from the prepared database",
    moments: [
      ["the lock is there", exists("lock")],
      ["the database directory is there", exists("db")],
      ["some of its files are copied", exists("db/base")],
      ["its files are there, but no key", exists("db-complete")],
      ["it says that the community is in", says("demo community")],
    ],
  },
  {
    name: "without a prepared database",
    dist: distWithoutPrepared,
    moments: [
      ["the lock is there", exists("lock")],
      ["the database directory is there", exists("db")],
      ["its last tables are being written", exists("db/global/pg_filenode.map")],
      ["its files are there, but no table of ours", exists("db-complete")],
      ["it is migrated, but without the community", says("was migrated")],
      ["the community is in, but no key", says("demo community")],
    ],
  },
];

const root = fileURLToPath(new URL("../../", import.meta.url));

/** A copy of `dist/`, in a package of its own: the program looks for the prepared database beside itself. */
async function distWithoutPrepared(): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), "parley-unprepared-"));
  for (const name of ["package.json", "schema.graphql", "prisma", "node_modules"]) {
    await symlink(join(root, name), join(copy, name));
  }
  const prepared = join(root, "dist/prepared");
  await cp(join(root, "dist"), join(copy, "dist"), { recursive: true, filter: (path) => path !== prepared });
  return join(copy, "dist");
}

describe.each(kinds)("$name", ({ dist, moments }) => {
  /** What a kill at each of the moments leaves. */
  let leftBehind: string;
  let copy: string | undefined;

  /** One start for all of them: what a process that is stopped has written is what a killed one would have. */
  beforeAll(async () => {
    leftBehind = await mkdtemp(join(tmpdir(), "parley-cut-short-"));
    copy = await dist?.();
    const directory = join(leftBehind, "the start");
    const first = launchServer({ settings: { DATA_DIR: directory }, ...(copy !== undefined && { dist: copy }) });
    try {
      for (const [name, moment] of moments) {
        await moment(directory, first);
        await paused(first);
        await cp(directory, join(leftBehind, name), { recursive: true });
        first.kill("SIGCONT");
      }
    } finally {
      await first.close();
    }
  });
  afterAll(async () => {
    await rm(leftBehind, { recursive: true, force: true, maxRetries: 3 });
    if (copy !== undefined) await rm(dirname(copy), { recursive: true, force: true });
  });

  for (const [name] of moments) {
    test(`killed when ${name}: the next start makes up for it`, async () => {
      const settings = { DATA_DIR: await emptyDirectory() };
      await cp(join(leftBehind, name), settings.DATA_DIR, { recursive: true });
      // A start on a busy machine gets further than to the moment before it is stopped: what it left decides.
      const isHalfMade =
        existsSync(join(settings.DATA_DIR, "db")) && !existsSync(join(settings.DATA_DIR, "db-complete"));

      const server = await started(settings);
      const counts = await ask(server.url, "{ posts { totalCount } users { totalCount } }");
      expect(counts.posts.totalCount).toBeGreaterThan(5);
      expect(counts.users.totalCount).toBeGreaterThan(3);
      const aside = (await readdir(settings.DATA_DIR)).filter((each) => each.startsWith("db-incomplete-"));
      expect(aside).toHaveLength(isHalfMade ? 1 : 0);
      expect(server.log.filter(({ msg }) => msg.includes("set aside"))).toHaveLength(aside.length);
    });
  }
});

async function paused({ pid, kill }: LaunchedProcess): Promise<void> {
  kill("SIGSTOP");
  // Signals are not waited for: T is the state of a process that is stopped.
  while (!(await run("ps", ["-o", "state=", "-p", String(pid)])).stdout.startsWith("T")) await sleep(1);
}

test("killed at any moment of a migration, the next start migrates", async () => {
  const directory = await dataDirectory();
  // A directory of an older version, which lacks migrations: here it lacks all.
  const pglite = await PGlite.create(join(directory, "db"));
  await pglite.exec("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
  await pglite.close();

  const settings = { DATA_DIR: directory, DEMO: "off" };
  for (const newFiles of [1, 20, 60, 90]) {
    // Each table and each index that is made is a file.
    const enough = fileCount(directory) + newFiles;
    const server = launched(settings);
    const migrated = server.line("was migrated").then(() => true);
    while (fileCount(directory) < enough && !(await Promise.race([migrated, sleep(1)])));
    server.kill("SIGKILL");
    await server.exit;
    await migrated.catch(() => undefined);
  }
  const server = await started(settings);
  expect(await ask(server.url, "{ users { totalCount } }")).toEqual({ users: { totalCount: 0 } });
});

function fileCount(directory: string): number {
  return readdirSync(join(directory, "db/base"), { recursive: true }).length;
}
