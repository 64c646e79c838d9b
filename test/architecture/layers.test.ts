import { describe, expect, test } from "vitest";
import { readSources } from "./sources.js";

/** The rooms from the ground up. A file imports from its own floor and those below it. */
const floors: readonly (readonly string[])[] = [
  ["errors.ts", "package-root.ts", "deadline.ts", "execution/"],
  ["config/"],
  ["log.ts"],
  ["redis.ts"],
  ["db/"],
  ["events/", "auth/", "markdown/"],
  ["replicas/"],
  ["loaders/"],
  ["services/"],
  ["rate-limit/"],
  ["graphql/"],
  ["http/"],
  ["playground/"],
  ["subscriptions/"],
  ["transports/", "rest/"],
  ["webhooks/"],
  ["import/", "demo/", "client/"],
  ["app.ts"],
  ["server.ts"],
  ["shutdown.ts", "serve.ts"],
  ["main.ts", "commands/"],
];

const sources = readSources();

function floorOf(path: string): number {
  return floors.findIndex((rooms) =>
    rooms.some((room) => path === room || (room.endsWith("/") && path.startsWith(room))),
  );
}

test("every file has a place in the house", () => {
  expect(sources.length).toBeGreaterThan(80);
  expect(sources.map(({ path }) => path).filter((path) => floorOf(path) < 0)).toEqual([]);
});

test("no import points upwards", () => {
  const upward = sources.flatMap(({ path, imports }) =>
    imports.filter((target) => floorOf(target) > floorOf(path)).map((target) => `${path} imports ${target}`),
  );
  expect(sources.flatMap(({ imports }) => imports).length).toBeGreaterThan(200);
  expect(upward).toEqual([]);
});

test("only config.ts reads the environment", () => {
  const readers = sources.filter(({ text }) => /process\.env\b/.test(text)).map(({ path }) => path);
  expect(readers).toEqual(["config/config.ts"]);
});

describe("a file", () => {
  test("says in its first line which room it is", () => {
    expect(sources.filter(({ text }) => !text.startsWith("/**")).map(({ path }) => path)).toEqual([]);
  });

  test("is not called utils or helpers", () => {
    expect(sources.filter(({ path }) => /(util|helper)s?\.ts$/.test(path))).toEqual([]);
  });
});
