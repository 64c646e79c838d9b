/** Test projects: pure units once, everything that has a database on each kind of database this machine has. */
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { findServices } from "./test/harness/services.js";

const { postgresUrl, redisUrl, chromiumPath, postgresPrograms, redisPrograms } = await findServices(process.env);

const pure = ["test/unit/**/*.test.ts", "test/architecture/**/*.test.ts", "test/execution/*.test.ts"];

const folders = [
  "api",
  "auth",
  "paging",
  "sql",
  "import",
  "invalid-input",
  "concurrency",
  "subscriptions",
  "execution/parley",
  "authorization",
  "moderation",
  "webhooks",
];
const onADatabase = folders.map((folder) => `test/${folder}/**/*.test.ts`);

/** Of what the embedded database has not: more than one connection. */
const onPostgresAlone = ["test/deadlines/**/*.test.ts"];

/**
 * Refused, or answered, before the database is asked, or of the wire alone, or long and of the same SQL on either: once.
 * On PostgreSQL where there is one: it is asked by many at once, and a copy of a database costs a fifth of what an
 * embedded one costs.
 */
const onOneDatabase = [
  "test/api/graphql-over-http.test.ts",
  "test/auth/authorization-header.test.ts",
  "test/auth/forged-tokens.test.ts",
  "test/auth/public-keys.test.ts",
  "test/authorization/every-field-has-a-row.test.ts",
  "test/subscriptions/slow-listeners.test.ts",
  "test/subscriptions/client-compatibility.test.ts",
  "test/subscriptions/protocol-misuse.test.ts",
  "test/subscriptions/leaks.test.ts",
  "test/subscriptions/resume-client.test.ts",
  "test/invalid-input/http-methods.test.ts",
  "test/invalid-input/operations.test.ts",
  "test/invalid-input/request-body.test.ts",
  "test/paging/walks-of-a-real-community.test.ts",
  "test/paging/walks-while-it-changes.test.ts",
  "test/execution/parley/**/*.test.ts",
  // What of webhooks is SQL, claiming, delivering and the plan, is on both.
  "test/webhooks/incoming.test.ts",
  "test/webhooks/many-endpoints.test.ts",
  "test/webhooks/shim.test.ts",
  "test/webhooks/statements.test.ts",
  "test/webhooks/documented-receiver.test.ts",
  // Of ids, lengths, rules and issuers, not of SQL: half a minute of the embedded database.
  "test/auth/external-issuers.test.ts",
  "test/authorization/changing.test.ts",
  "test/authorization/reading.test.ts",
  "test/invalid-input/ids.test.ts",
  "test/invalid-input/lengths-of-texts.test.ts",
  // How many statements a field takes is decided before either database sees one.
  "test/sql/every-field.test.ts",
];

/** They mock a module, which others must not see, or need passwords hashed as in production. */
const withMocks = [
  "test/auth/secrets.test.ts",
  "test/auth/signing-in.test.ts",
  "test/subscriptions/failing-events.test.ts",
];

/** What takes a minute a file first: begun last, it would leave the other worker with nothing to do. */
const longestFirst = ["fault-injection", "process", "browser", "postgres", "embedded", "security", "mocks", "unit"];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ project }: TestSpecification) => longestFirst.indexOf(project.name);
    return (await super.sort(files)).sort((a, b) => place(a) - place(b));
  }
}

/** Node gives every importer the same graphql-js, Vite would give ours another build of it: "another module or realm". */
const graphql = { find: /^graphql$/, replacement: createRequire(import.meta.url).resolve("graphql") };

/** A sign-up hashes a password: 20 ms of a core. */
const cheapPasswords = {
  find: /^@node-rs\/argon2$/,
  replacement: fileURLToPath(new URL("test/harness/cheap-argon2.ts", import.meta.url)),
};

function project(name: string, include: string[], env: Record<string, string> = {}, exclude: string[] = []) {
  const test = { name, include, exclude, env, testTimeout: 60_000, hookTimeout: 60_000 };
  // More workers than there are cores: many tests wait, for databases and clients.
  return { resolve: { alias: [graphql] }, test: { ...test, maxWorkers: 3, sequence: { groupOrder: 1 } } };
}

/** Files that mostly wait for processes: five at a time, before those that need both cores. */
function waiting({ resolve, test }: ReturnType<typeof project>) {
  return { resolve, test: { ...test, maxWorkers: 5, sequence: { groupOrder: 0 } } };
}

/** Files share their modules: to load the server anew for each of them was half the work of the tests. */
function shared({ test }: ReturnType<typeof project>) {
  return { resolve: { alias: [graphql, cheapPasswords] }, test: { ...test, isolate: false } };
}

const embedded = project("embedded", onADatabase, { PARLEY_TEST_DATABASE: "embedded" }, [
  ...withMocks,
  ...(postgresUrl === undefined ? [] : onOneDatabase),
]);
const postgres = project(
  "postgres",
  [...onADatabase, ...onPostgresAlone],
  { PARLEY_TEST_DATABASE: "postgres" },
  withMocks,
);
/** For what does not depend on the database. */
const cheapest = { PARLEY_TEST_DATABASE: postgresUrl === undefined ? "embedded" : "postgres" };

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    globalSetup: "test/harness/templates.ts",
    projects: [
      shared(project("unit", pure)),
      shared(embedded),
      ...(postgresUrl === undefined ? [] : [shared(postgres)]),
      project("mocks", withMocks, cheapest),
      shared(
        project("security", ["test/security/**/*.test.ts"], {
          ...cheapest,
          ...(redisUrl !== undefined && { PARLEY_TEST_REDIS: redisUrl }),
        }),
      ),
      waiting(project("process", ["test/process/**/*.test.ts"])),
      ...(postgresUrl === undefined || redisUrl === undefined
        ? []
        : [
            waiting(
              project("fault-injection", ["test/fault-injection/**/*.test.ts"], {
                PARLEY_TEST_REDIS: redisUrl,
                PARLEY_TEST_REDIS_PROGRAMS: redisPrograms ?? "",
                PARLEY_TEST_POSTGRES_PROGRAMS: postgresPrograms ?? "",
              }),
            ),
          ]),
      ...(chromiumPath === undefined
        ? []
        : [project("browser", ["test/browser/**/*.test.ts"], { PARLEY_TEST_CHROMIUM: chromiumPath })]),
    ],
  },
});
