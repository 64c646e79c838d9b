/** Settings in docs/settings.md and .env.example match the code. */
import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { describe, expect, test } from "vitest";
import { readConfig } from "../../src/config/config.js";
import { envExample, settingsOf, settingsPage } from "../../src/config/pages.js";
import { settings as definition } from "../../src/config/settings.js";

const page = readFileSync(new URL("../../docs/settings.md", import.meta.url), "utf8");
const rows = [...page.matchAll(/^\| `([A-Z_]+)` +\| ([^|]*?) +\|/gm)];
const settings = rows.map(([, name = "", text = ""]) => ({ name, text }));
/** Of another kind: no value at all, or one that depends on where the server runs. */
const unset = ["none", "a file in `DATA_DIR`"];

test("the page has one row for each setting", () => {
  expect(settings.length).toBeGreaterThan(60);
  expect(settings.map(({ name }) => name).sort()).toEqual(
    settingsOf(definition)
      .map(({ name }) => name)
      .sort(),
  );
});

test("the page is the one that `npm run docs:settings` writes", () => {
  expect(page).toBe(settingsPage());
});

describe("the documented default is the effective one", () => {
  test.each(settings.filter(({ text }) => !unset.includes(text)))("$name: $text", ({ name, text }) => {
    const [value = ""] = text.split(",");
    expect(readConfig({ [name]: value })).toEqual(readConfig({}));
  });
});

describe("a documented setting is read", () => {
  /** Accepted by no setting that is checked, and different from every default of one that is not. */
  const odd = "?";
  // What stands behind another setting shows with it alone.
  test.each(settings)("$name", ({ name }) => {
    const read = () => readConfig({ [name]: odd });
    try {
      expect(read()).not.toEqual(readConfig({}));
    } catch (error) {
      expect(String(error)).toContain(name);
    }
  });
});

describe(".env.example", () => {
  const example = readFileSync(new URL("../../.env.example", import.meta.url), "utf8");

  test("is the one that `npm run docs:settings` writes", () => {
    expect(example).toBe(envExample());
  });

  test("changes nothing as it is", () => {
    expect(parseEnv(example)).toEqual({});
  });

  test("has each setting with its documented default; NODE_ENV decides whether the file is read", () => {
    const values = parseEnv(example.replace(/^#(?=[A-Z_]+=)/gm, ""));
    const documented = settings
      .filter(({ name }) => name !== "NODE_ENV")
      .map(({ name, text }) => [name, unset.includes(text) ? "" : text.split(",")[0]]);
    expect(values).toEqual(Object.fromEntries(documented));
  });
});
