/** The settings tables of docs/settings.md against the settings as they are read. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readConfig } from "../../src/config.js";

const page = readFileSync(new URL("../../docs/settings.md", import.meta.url), "utf8");
const rows = [...page.matchAll(/^\| `([A-Z_]+)` +\| ([^|]*?) +\|/gm)];
const settings = rows.map(([, name = "", text = ""]) => ({ name, text }));
/** Of another kind: no value at all, or one that depends on where the server runs. */
const unset = ["none", "a file in `DATA_DIR`"];

test("the page has one row for each setting", () => {
  expect(settings.length).toBeGreaterThan(60);
  expect(new Set(settings.map(({ name }) => name)).size).toBe(settings.length);
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
