/** Test projects: pure units once, everything that has a database on each kind of database this machine has. */
import { createRequire } from "node:module";
import { defineConfig } from "vitest/config";
import { findServices } from "./test/harness/services.js";

const { postgresUrl, redisUrl, chromiumPath, postgresPrograms, redisPrograms } = await findServices(process.env);

const onADatabase = ["api", "auth", "paging", "statements", "import", "misuse", "concurrency", "live"].map(
  (folder) => `test/${folder}/**/*.test.ts`,
);

/** What of webhooks is SQL runs on both kinds, the rest once. */
const webhooksOnPostgres = ["claiming", "delivering", "plan"].map((file) => `test/webhooks/${file}.test.ts`);

/** Node gives every importer the same graphql-js, Vite would give ours another build of it: "another module or realm". */
const resolve = { alias: [{ find: /^graphql$/, replacement: createRequire(import.meta.url).resolve("graphql") }] };

function project(name: string, include: string[], env: Record<string, string> = {}) {
  return { resolve, test: { name, include, env, testTimeout: 60_000, hookTimeout: 60_000 } };
}

export default defineConfig({
  test: {
    maxWorkers: 2,
    globalSetup: "test/harness/templates.ts",
    projects: [
      { resolve, test: { name: "unit", include: ["test/unit/**/*.test.ts", "test/architecture/**/*.test.ts"] } },
      project("embedded", [...onADatabase, "test/webhooks/**/*.test.ts"], { PARLEY_TEST_DATABASE: "embedded" }),
      ...(postgresUrl === undefined
        ? []
        : [project("postgres", [...onADatabase, ...webhooksOnPostgres], { PARLEY_TEST_DATABASE: "postgres" })]),
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
