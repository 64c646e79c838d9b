/** Test projects: pure units once, everything that has a database on each kind of database this machine has. */
import { createRequire } from "node:module";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { findServices } from "./test/harness/services.js";

const { postgresUrl, redisUrl, chromiumPath, postgresPrograms, redisPrograms } = await findServices(process.env);

const pure = ["test/unit/**/*.test.ts", "test/architecture/**/*.test.ts", "test/execution/*.test.ts"];

const folders = [
  "api",
  "auth",
  "paging",
  "statements",
  "import",
  "misuse",
  "concurrency",
  "live",
  "execution/parley",
  "moderation",
];
const onADatabase = folders.map((folder) => `test/${folder}/**/*.test.ts`);

/** Of what the embedded database has not: more than one connection. */
const onPostgresAlone = ["test/deadlines/**/*.test.ts"];

/** Refused, or answered, before the database is asked, or of the wire alone: once, on the embedded one. */
const onEmbeddedAlone = [
  "test/api/graphql-over-http.test.ts",
  "test/auth/authorization-header.test.ts",
  "test/auth/forged-tokens.test.ts",
  "test/auth/public-keys.test.ts",
  "test/live/clients-people-use.test.ts",
  "test/live/misuse-of-the-protocol.test.ts",
  "test/misuse/http-methods.test.ts",
  "test/misuse/operations.test.ts",
  "test/misuse/request-body.test.ts",
  "test/execution/parley/**/*.test.ts",
];

/** They put something else in the place of a module: that must not be seen by others. */
const withMocks = ["test/auth/signing-in.test.ts", "test/live/events-that-go-wrong.test.ts"];

/** Long, and of the same SQL on either: on PostgreSQL where there is one, which can be asked by many at once. */
const onPostgresIfThereIsOne = [
  "test/live/nothing-is-left-behind.test.ts",
  "test/live/the-helper-that-resumes.test.ts",
  "test/paging/walks-while-it-changes.test.ts",
  "test/paging/walks-of-a-real-community.test.ts",
];

/** What takes a minute a file first: begun last, it would leave the other worker with nothing to do. */
const longestFirst = ["faults", "process", "browser", "postgres", "embedded", "abuse", "mocks", "unit"];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ project }: TestSpecification) => longestFirst.indexOf(project.name);
    return (await super.sort(files)).sort((a, b) => place(a) - place(b));
  }
}

/** What of webhooks is SQL runs on both kinds, the rest once. */
const webhooksOnPostgres = ["claiming", "delivering", "plan"].map((file) => `test/webhooks/${file}.test.ts`);

/** Node gives every importer the same graphql-js, Vite would give ours another build of it: "another module or realm". */
const resolve = { alias: [{ find: /^graphql$/, replacement: createRequire(import.meta.url).resolve("graphql") }] };

function project(name: string, include: string[], env: Record<string, string> = {}, exclude: string[] = []) {
  return { resolve, test: { name, include, exclude, env, testTimeout: 60_000, hookTimeout: 60_000 } };
}

/** Files share their modules: to load the server anew for each of them was half the work of the tests. */
function shared({ test }: ReturnType<typeof project>) {
  return { resolve, test: { ...test, isolate: false } };
}

const embedded = project(
  "embedded",
  [...onADatabase, "test/webhooks/**/*.test.ts"],
  { PARLEY_TEST_DATABASE: "embedded" },
  [...withMocks, ...(postgresUrl === undefined ? [] : onPostgresIfThereIsOne)],
);
const postgres = project(
  "postgres",
  [...onADatabase, ...onPostgresAlone, ...webhooksOnPostgres],
  { PARLEY_TEST_DATABASE: "postgres" },
  [...onEmbeddedAlone, ...withMocks],
);

export default defineConfig({
  test: {
    // More than there are cores: many tests wait, for processes, databases and clients.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    globalSetup: "test/harness/templates.ts",
    projects: [
      { resolve, test: { name: "unit", include: pure } },
      shared(embedded),
      ...(postgresUrl === undefined ? [] : [shared(postgres)]),
      project("mocks", withMocks, { PARLEY_TEST_DATABASE: "embedded" }),
      // Nothing in it depends on the database.
      project("abuse", ["test/abuse/**/*.test.ts"], {
        PARLEY_TEST_DATABASE: "embedded",
        ...(redisUrl !== undefined && { PARLEY_TEST_REDIS: redisUrl }),
      }),
      project("process", ["test/process/**/*.test.ts"]),
      ...(postgresUrl === undefined || redisUrl === undefined
        ? []
        : [
            project("faults", ["test/faults/**/*.test.ts"], {
              PARLEY_TEST_REDIS: redisUrl,
              PARLEY_TEST_REDIS_PROGRAMS: redisPrograms ?? "",
              PARLEY_TEST_POSTGRES_PROGRAMS: postgresPrograms ?? "",
            }),
          ]),
      ...(chromiumPath === undefined
        ? []
        : [project("browser", ["test/browser/**/*.test.ts"], { PARLEY_TEST_CHROMIUM: chromiumPath })]),
    ],
  },
});
