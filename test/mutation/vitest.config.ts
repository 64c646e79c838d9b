/** Tests that Stryker runs against each mutant: those of one process on one database, without faults and campaigns. */
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const folders = [
  "api",
  "auth",
  "authorization",
  "concurrency",
  "invalid-input",
  "moderation",
  "subscriptions",
  "unit",
  "webhooks",
];

export default defineConfig({
  resolve: {
    alias: [
      { find: /^graphql$/, replacement: createRequire(import.meta.url).resolve("graphql") },
      {
        find: /^@node-rs\/argon2$/,
        replacement: fileURLToPath(new URL("../harness/cheap-argon2.ts", import.meta.url)),
      },
    ],
  },
  test: {
    include: (process.env.MUTATION_TESTS ?? folders.map((folder) => `test/${folder}/**/*.test.ts`).join(",")).split(
      ",",
    ),
    exclude: [
      "test/auth/secrets.test.ts",
      "test/auth/signing-in.test.ts",
      "test/subscriptions/failing-events.test.ts",
      "test/unit/text-pool.test.ts",
    ],
    globalSetup: "test/harness/templates.ts",
    env: { PARLEY_TEST_DATABASE: "postgres" },
    isolate: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
