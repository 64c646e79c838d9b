/** `.env`: read in development, never in production, and never over the environment. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { readConfig } from "../../src/config/config.js";
import { loadEnvFile } from "../../src/config/env-file.js";
import { Random } from "../paging/random.js";

const seed = 20_261_129;
let directory = "";
let path = "";
let before: NodeJS.ProcessEnv = {};

beforeEach(() => {
  before = { ...process.env };
  directory = mkdtempSync(join(tmpdir(), "parley-env-"));
  path = join(directory, ".env");
});
afterEach(() => {
  vi.unstubAllEnvs();
  for (const name of Object.keys(process.env)) if (!Object.hasOwn(before, name)) delete process.env[name];
  rmSync(directory, { recursive: true });
});

test.each([undefined, "", "  ", "development"])("it is read when NODE_ENV is %o", (mode) => {
  vi.stubEnv("NODE_ENV", mode);
  vi.stubEnv("DEADLINE_MS", undefined);
  writeFileSync(path, "# a comment\nDEADLINE_MS=1234\n");
  loadEnvFile(path);
  expect(readConfig().deadlineMs).toBe(1234);
});

test.each(["production", " production ", "test", "Production"])("it is not read when NODE_ENV is %o", (mode) => {
  vi.stubEnv("NODE_ENV", mode);
  vi.stubEnv("PARLEY_ENV_FILE_TEST", undefined);
  writeFileSync(path, "PARLEY_ENV_FILE_TEST=1\n");
  loadEnvFile(path);
  expect(process.env.PARLEY_ENV_FILE_TEST).toBeUndefined();
});

test(`what the environment has, it keeps; what it lacks, it gets (seed ${seed})`, () => {
  vi.stubEnv("NODE_ENV", "development");
  const random = new Random(seed);
  const rows = Array.from({ length: 200 }, (_, n) => {
    const name = `PARLEY_ENV_FILE_TEST_${n}`;
    const own = random.integer(0, 2);
    const given = own === 0 ? undefined : own === 1 ? "" : `own ${n}`;
    return { name, given, value: `from the file ${random.integer(0, 1_000_000)}` };
  });
  for (const { name, given } of rows) vi.stubEnv(name, given);
  writeFileSync(path, rows.map(({ name, value }) => `${name}="${value}"`).join("\n"));
  loadEnvFile(path);
  for (const { name, given, value } of rows) expect([name, process.env[name]]).toEqual([name, given ?? value]);
});

test("without the file nothing changes", () => {
  vi.stubEnv("NODE_ENV", "development");
  const now = { ...process.env };
  loadEnvFile(path);
  expect({ ...process.env }).toEqual(now);
});

test("a file that cannot be read stops the start, with its name", () => {
  vi.stubEnv("NODE_ENV", "development");
  mkdirSync(path);
  expect(() => loadEnvFile(path)).toThrow(`The settings in ${path} cannot be read`);
});
