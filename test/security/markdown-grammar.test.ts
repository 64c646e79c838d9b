/**
 * Two thousand random texts and more over all of Markdown's constructs: each is answered within the limits of time and of
 * length, and nothing in any of them could do harm. In `npm test` most are short, for to render two thousand texts of 40,000
 * characters takes minutes; `npm run test:soak` makes all of them as long as a post may be.
 */
import { expect, test } from "vitest";
import { asWritten, renderMarkdown } from "../../src/markdown/markdown.js";
import { TextPool } from "../../src/markdown/text-pool.js";
import { maxTextLength } from "../../src/markdown/text-task.js";
import { lengths } from "../../src/services/input.js";
import { chance } from "../fault-injection/chance.js";
import { campaignSize } from "../harness/campaign-size.js";
import { findHarm } from "../unit/harm-in-html.js";
import { randomMarkdown } from "./markdown-grammar.js";

const seed = Number(process.env.PARLEY_TEST_SEED ?? Date.now() % 1_000_000);

/** How many texts of at most how many characters. */
const sizes = campaignSize(
  [{ count: 2_000, maxLength: lengths.content.most }],
  [
    { count: 1_900, maxLength: 300 },
    { count: 90, maxLength: 2_000 },
    { count: 15, maxLength: lengths.content.most },
  ],
);
const maxAtOnce = 32;

test(`random texts stay within the limits and the allow-list, PARLEY_TEST_SEED=${seed}`, {
  timeout: 3_600_000,
}, async () => {
  const random = chance(seed);
  const texts = sizes.flatMap(({ count, maxLength }) =>
    Array.from({ length: count }, () => randomMarkdown(random, maxLength)),
  );
  const waiting = texts.entries();
  const counts = { rendered: 0, asWritten: 0 };
  const pool = new TextPool();

  async function renderSome(): Promise<void> {
    for (const [n, text] of waiting) {
      const { html, isFinal, failure } = await renderMarkdown(text, { owner: String(n), pool });
      const which = `seed ${seed}, text ${n}: ${text.slice(0, 200)}`;
      expect(failure, which).toBeUndefined();
      // Not "busy": it is rendered, or has itself exceeded a limit.
      expect(isFinal, which).toBe(true);
      expect(html.length, which).toBeLessThanOrEqual(maxTextLength(text));
      counts[html === asWritten(text) ? "asWritten" : "rendered"] += 1;
      expect(findHarm(html), which).toEqual([]);
    }
  }
  await Promise.all(Array.from({ length: maxAtOnce }, renderSome));

  process.stderr.write(`random Markdown, seed ${seed}: ${JSON.stringify(counts)}\n`);
  expect(counts.rendered + counts.asWritten).toBe(texts.length);
  expect(texts.length).toBeGreaterThanOrEqual(2_000);
  // The limits are for the few that exceed them.
  expect(counts.rendered).toBeGreaterThan(campaignSize(0.5, 0.95) * texts.length);
});
