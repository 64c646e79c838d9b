/** The threads that transform texts: whose turn it is, what a slow or hostile text costs others, and threads that fail. */
import { writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { OwnerQueue } from "../../src/markdown/owner-queue.js";
import { TextPool } from "../../src/markdown/text-pool.js";
import type { Outcome } from "../../src/markdown/text-task.js";

/** Takes seconds. */
const hostile = (n: number) => `${n}\n\n${"* a\n".repeat(9_990)}`;
const html = (text: string) => ({ to: "html", text }) as const;

const kindOf = (outcome: Outcome) => ("text" in outcome ? "text" : outcome.refused);

/** Runs texts, and notes in which order they end. */
function runner(pool: TextPool) {
  const ended: string[] = [];
  const run = async (name: string, text: string, owner: string): Promise<Outcome> => {
    const outcome = await pool.run(html(text), owner);
    ended.push(name);
    return outcome;
  };
  return { run, ended };
}

describe("one owner's hostile texts", () => {
  it("are late, and every text of another owner is done before the first of them is", async () => {
    // Longer than it takes to start a thread, on a busy machine.
    const pool = new TextPool({ maxMs: 1_000 });
    const { run, ended } = runner(pool);
    const late = [1, 2].map((n) => run(`hostile ${n}`, hostile(n), "mallory"));
    for (let n = 0; n < 20; n++) {
      expect(await run(`text ${n}`, `**${n}**`, "ada")).toEqual({ text: `<p><strong>${n}</strong></p>` });
    }
    expect(ended.filter((name) => name.startsWith("hostile"))).toEqual([]);
    expect((await Promise.all(late)).map(kindOf)).toEqual(["late", "late"]);
  });

  it("of many owners do not degrade a text of another", async () => {
    const pool = new TextPool({ maxMs: 150 });
    const { run } = runner(pool);
    const late = Array.from({ length: 6 }, (_, n) => run(`hostile ${n}`, hostile(n), `mallory ${n}`));
    const texts = Array.from({ length: 50 }, (_, n) => run(`text ${n}`, `**${n}**`, `reader ${n}`));
    for (const [n, outcome] of (await Promise.all(texts)).entries()) {
      expect(outcome).toEqual({ text: `<p><strong>${n}</strong></p>` });
    }
    expect((await Promise.all(late)).map(kindOf)).toEqual(Array(6).fill("late"));
  });

  it("do not make another's long text late", async () => {
    const pool = new TextPool({ maxMs: 500, sliceMs: 1 });
    const { run } = runner(pool);
    const late = [1, 2].map((n) => run(`hostile ${n}`, hostile(n), "mallory"));
    const long = "Some *words* and **others**, `code` and [links](/a).\n\n".repeat(60);
    expect(await run("long", long, "ada")).toHaveProperty("text");
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
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "parley-threads-"));
  });
  afterAll(() => rm(directory, { recursive: true }));

  const script = (name: string, source: string): URL => {
    const path = join(directory, `${name}.mjs`);
    writeFileSync(path, `import { parentPort } from "node:worker_threads";\n${source}`);
    return pathToFileURL(path);
  };
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
