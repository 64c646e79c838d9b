/** Text pool: fair queues, slow and hostile texts, failing threads. */
import { writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { OwnerQueue } from "../../src/markdown/owner-queue.js";
import { TextPool } from "../../src/markdown/text-pool.js";
import type { Outcome } from "../../src/markdown/text-task.js";

const html = (text: string) => ({ to: "html", text }) as const;

const kindOf = (outcome: Outcome) => ("text" in outcome ? "text" : outcome.refused);

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "parley-threads-"));
});
afterAll(() => rm(directory, { recursive: true }));

function script(name: string, source: string): URL {
  const path = join(directory, `${name}.mjs`);
  writeFileSync(path, `import { parentPort } from "node:worker_threads";\n${source}`);
  return pathToFileURL(path);
}

/**
 * A thread whose texts say how long they take: "endless"; "until PATH", which ends when there is such a file; "long", which
 * is longer than a slice. Any other takes no time. How fast a machine renders does not matter.
 */
const pretending = () =>
  script(
    "pretending",
    `import { existsSync, readlinkSync } from "node:fs";
    parentPort.on("message", ({ text }) => {
      const [kind, path] = text.split(" ");
      const began = performance.now();
      while (kind === "endless");
      while (kind === "until" && !existsSync(path));
      while (kind === "long" && performance.now() < began + 20);
      parentPort.postMessage({ text });
    });
    parentPort.postMessage({ threadId: readlinkSync("/proc/thread-self").split("/").at(-1) });`,
  );

describe("one owner's hostile texts", () => {
  it("do not keep a text of another waiting: all of those are done while the first of them runs", async () => {
    const pool = new TextPool({ script: pretending(), maxMs: 60_000 });
    const end = join(directory, "end");
    const ended: Outcome[] = [];
    const hostile = [1, 2].map(async (n) => {
      const outcome = await pool.run(html(`until ${end} ${n}`), "mallory");
      ended.push(outcome);
      return outcome;
    });
    for (let n = 0; n < 20; n++) expect(await pool.run(html(`text ${n}`), "ada")).toEqual({ text: `text ${n}` });
    expect(ended).toEqual([]);
    writeFileSync(end, "");
    expect((await Promise.all(hostile)).map(kindOf)).toEqual(["text", "text"]);
  });

  it("of many owners are late, and do not degrade a text of another", async () => {
    const pool = new TextPool({ script: pretending(), maxMs: 150 });
    const late = Array.from({ length: 6 }, (_, n) => pool.run(html(`endless ${n}`), `mallory ${n}`));
    const texts = Array.from({ length: 50 }, (_, n) => pool.run(html(`text ${n}`), `reader ${n}`));
    for (const [n, outcome] of (await Promise.all(texts)).entries()) expect(outcome).toEqual({ text: `text ${n}` });
    expect((await Promise.all(late)).map(kindOf)).toEqual(Array(6).fill("late"));
  });

  it("do not make another's long text late", async () => {
    const pool = new TextPool({ script: pretending(), maxMs: 500, sliceMs: 1 });
    const late = [1, 2].map((n) => pool.run(html(`endless ${n}`), "mallory"));
    expect(await pool.run(html("long"), "ada")).toEqual({ text: "long" });
    expect((await Promise.all(late)).map(kindOf)).toEqual(["late", "late"]);
  });
});

describe("owners take turns", () => {
  it("one item each, in the order in which they came", () => {
    const queue = new OwnerQueue<{ owner: string; size: number; n: number }>(100);
    for (const [n, owner] of [..."aaabbca"].entries()) queue.add({ owner, size: 1, n });
    const taken = Array.from({ length: 8 }, () => queue.take());
    expect(taken.map((item) => item && item.owner + item.n).join(" ")).toBe("a0 b3 c5 a1 b4 a2 a6 ");
    expect(queue.isEmpty).toBe(true);
  });

  it("and what does not fit is dropped from the owner who has most in the queue", () => {
    const queue = new OwnerQueue<{ owner: string; size: number; n: number }>(10);
    const dropped: string[] = [];
    for (const [n, owner] of [..."aaaaaaaabbbbccb"].entries()) {
      for (const item of queue.add({ owner, size: 1, n })) dropped.push(item.owner + item.n);
    }
    expect(dropped).toEqual(["a7", "a6", "a5", "a4", "b14"]);
  });

  it("a text that is dropped is busy, and the others are rendered", async () => {
    const pool = new TextPool({ maxWaitingCharacters: 100 });
    const texts = Array.from({ length: 30 }, (_, n) => pool.run(html(`*${n}*`.padEnd(9, "!")), "mallory"));
    const other = await pool.run(html("*other*"), "ada");
    expect(other).toEqual({ text: "<p><em>other</em></p>" });
    const outcomes = await Promise.all(texts);
    expect(outcomes.filter((outcome) => "text" in outcome).length).toBeGreaterThanOrEqual(9);
    expect(outcomes.filter((outcome) => !("text" in outcome))).toContainEqual({ refused: "busy" });
  });
});

describe("a thread that", () => {
  const failed = { refused: "failed", reason: expect.any(String) };

  it("is never ready is given up, and so are the texts that wait for it", async () => {
    const pool = new TextPool({ script: script("silent", `parentPort.on("message", () => {});`), maxStartMs: 50 });
    const reason = "the thread was not ready after 50 ms";
    expect(await Promise.all([pool.run(html("a"), "ada"), pool.run(html("b"), "bob")])).toEqual(
      Array(2).fill({ refused: "failed", reason }),
    );
    // Without waiting: it was tried a moment ago.
    expect(await pool.run(html("c"), "ada")).toEqual({ refused: "failed", reason });
  });

  it("cannot be loaded is given up", async () => {
    expect(await new TextPool({ script: script("broken", "throw new Error('broken')") }).run(html("a"), "ada")).toEqual(
      { refused: "failed", reason: "broken" },
    );
  });

  it("dies of a text is replaced", async () => {
    const source = `parentPort.postMessage({});
      parentPort.on("message", ({ text }) => { if (text === "die") process.exit(1); parentPort.postMessage({ text }); });`;
    const pool = new TextPool({ script: script("dying", source) });
    expect(await pool.run(html("die"), "ada")).toEqual(failed);
    for (const text of ["a", "b", "c"]) expect(await pool.run(html(text), "ada")).toEqual({ text });
  });

  it("replies with an error is used again", async () => {
    const source = `parentPort.postMessage({});
      parentPort.on("message", ({ text }) => parentPort.postMessage(text === "err" ? { error: "no" } : { text }));`;
    const pool = new TextPool({ script: script("erring", source) });
    expect(await pool.run(html("err"), "ada")).toEqual({ refused: "failed", reason: "no" });
    expect(await pool.run(html("a"), "ada")).toEqual({ text: "a" });
  });

  it("runs out of memory makes its text too long", async () => {
    const source = `parentPort.postMessage({});
      parentPort.on("message", () => { const all = []; for (;;) all.push(new Array(100_000).fill(Math.random())); });`;
    const pool = new TextPool({ script: script("hungry", source), maxMs: 30_000, sliceMs: 30_000 });
    expect(await pool.run(html("a"), "ada")).toEqual({ refused: "long" });
  });
});
