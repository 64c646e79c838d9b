/** Limits: each has a row in docs/settings.md, and the error of a limit names its setting. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readSources } from "./sources.js";

const page = readFileSync(new URL("../../docs/settings.md", import.meta.url), "utf8");
const sources = readSources();
const read = sources
  .filter(({ path }) => path.startsWith("config/"))
  .map(({ text }) => text)
  .join("\n");

/** Names of settings stand nowhere else in capitals. */
const settings = [...new Set(read.match(/(?<=")[A-Z]{2,}(_[A-Z]+)*(?=")/g))].filter(
  (name) => !/^(PGPASSWORD)$/.test(name),
);
/** By their names: settings that bound what somebody may use. */
const limits = settings.filter((name) => /LIMIT|_PER_|_SIZE$|BYTES|TIMEOUT|DEADLINE|RETENTION/.test(name));

/** Where nobody is told, with the reason. */
const silent: Readonly<Record<string, string>> = {
  DATABASE_POOL_SIZE: "what finds no connection waits: DATABASE_QUEUE_SIZE",
  HEADERS_TIMEOUT_MS: "Node answers 408",
  REQUEST_TIMEOUT_MS: "Node answers 408",
  ANSWER_TIMEOUT_MS: "whoever does not read would not read why",
  KEEP_ALIVE_TIMEOUT_MS: "an idle connection is closed, as HTTP has it",
  SHUTDOWN_TIMEOUT_MS: "the process ends",
  STATEMENT_POINTS_PER_SECOND: "a price",
  STATEMENTS_PER_CALLER: "what has no place waits for one",
  RATE_LIMIT: "turns the others on and off",
};

/** Without comments, and without what reads the setting. */
const code = sources
  .map(({ text }) => text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, ""))
  .join("\n")
  .replace(/reader\.\w+\("[A-Z_]+"/g, "");

test("the settings are found", () => {
  expect(settings.length).toBeGreaterThan(60);
  expect(limits.length).toBeGreaterThan(30);
  expect(Object.keys(silent).filter((name) => !limits.includes(name))).toEqual([]);
});

test("every setting has a row in docs/settings.md", () => {
  const rows = [...page.matchAll(/^\| `([A-Z_]+)` +\|/gm)].map(([, name]) => name);
  expect(settings.filter((name) => !rows.includes(name))).toEqual([]);
});

test("an error names every limit", () => {
  const unnamed = limits.filter((name) => !new RegExp(`\\b${name}\\b`).test(code));
  expect(unnamed.filter((name) => !Object.hasOwn(silent, name))).toEqual([]);
});
