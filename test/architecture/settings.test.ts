/** Limits: the error of a limit names its setting. */
import { expect, test } from "vitest";
import { documentLimits } from "../../src/config/limits.js";
import { settingsOf } from "../../src/config/pages.js";
import { settings as definition } from "../../src/config/settings.js";
import { readSources } from "./sources.js";

const settings = settingsOf(definition).map(({ name }) => name);
/** By their names: settings that bound what somebody may use. */
const limits = settings.filter((name) => /LIMIT|_PER_|_SIZE$|BYTES|TIMEOUT|DEADLINE|RETENTION/.test(name));

/** Environment variables left out of the documentation, each with its reason. */
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

/** Without comments, and without the definitions. */
const code = readSources()
  .filter(({ path }) => !path.startsWith("config/"))
  .map(({ text }) => text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, ""))
  .join("\n");

test("the settings are found", () => {
  expect(settings.length).toBeGreaterThan(60);
  expect(limits.length).toBeGreaterThan(30);
  expect(Object.keys(silent).filter((name) => !limits.includes(name))).toEqual([]);
});

test("an error names every limit", () => {
  expect(code).toContain("documentLimits[name].name");
  const named = settingsOf(documentLimits).map(({ name }) => name);
  const unnamed = limits.filter((name) => !named.includes(name) && !new RegExp(`\\b${name}\\b`).test(code));
  expect(unnamed.filter((name) => !Object.hasOwn(silent, name))).toEqual([]);
});
