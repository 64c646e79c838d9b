/** The version of stored HTML must change with the renderer's output. */
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { toHtml } from "../../src/markdown/html.js";
import { htmlVersion } from "../../src/markdown/html-version.js";
import { chance } from "../fault-injection/chance.js";
import { randomMarkdown } from "../security/markdown-grammar.js";

/** SHA-256 of what a fixed set of texts becomes, for each version there was; the last one is the present one. */
const digests = ["6d626ec292863f7b3779ea71588211add3e414faa8db0f3bea949eca75715856"];

test("the present version is of what texts become now", () => {
  const random = chance(1);
  const hash = createHash("sha256");
  for (let n = 0; n < 300; n++) hash.update(`${toHtml(randomMarkdown(random, 300))}\0`);
  const problem =
    "what texts become has changed: raise htmlVersion (src/markdown/html-version.ts), and add the digest here";
  expect(hash.digest("hex"), problem).toBe(digests[htmlVersion - 1]);
  expect(digests).toHaveLength(htmlVersion);
});
