/**
 * Operations made from the schema, valid and broken, by visitors, users and admins, through the whole pipeline: each
 * is answered, none breaks it, and none leaves anything behind.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { campaignSize } from "../harness/campaign-size.js";
import { Random } from "../paging/random.js";
import { broken, OperationWriter, type Written } from "./generated-operations.js";
import { type Answered, type OperationRunner, openRunner } from "./running-operations.js";

const count = Number(process.env.FUZZ_COUNT ?? campaignSize(20_000, 2_000));
/** The same ones each time: what they find is then found again. Another campaign: FUZZ_SEED=1. */
const seed = Number(process.env.FUZZ_SEED ?? 20_261_121);

let runner: OperationRunner;
const { stackTraceLimit } = Error;
beforeAll(async () => {
  runner = await openRunner();
  // Most operations are errors: the stack of each, mapped to the sources, would be most of the work.
  Error.stackTraceLimit = 0;
});
afterAll(async () => {
  Error.stackTraceLimit = stackTraceLimit;
  await runner.close();
});

/** What came of all of them, by kind: a fuzzer whose operations all fail alike tests one thing. */
const outcomes = new Map<string, number>();

async function run(n: number): Promise<void> {
  const random = new Random(seed + n);
  const whole = new OperationWriter({ schema: runner.schema, ids: runner.ids, random }).write();
  const operation = random.isTrue(0.5) ? whole : { ...whole, query: broken(whole.query, random) };
  try {
    const outcome = outcomeOf(await runner.run(operation, random.pick(runner.viewers)));
    const key = `${operation.kind} ${outcome}`;
    outcomes.set(key, (outcomes.get(key) ?? 0) + 1);
  } catch (cause) {
    throw new Error(`operation ${n} of seed ${seed}: ${shown(operation)}`, { cause });
  }
}

/** Throws for what no client may be sent. By hand: `expect` takes longer than the operation. */
function outcomeOf(answered: Answered): string {
  const { status, data, errors } = answered;
  const text = JSON.stringify(answered);
  if (status >= 500) throw new Error(`answered with ${status}: ${text}`);
  if (data === undefined && !(errors && errors.length > 0)) throw new Error(`neither data nor errors: ${text}`);
  for (const { message, extensions } of errors ?? []) {
    const isWellFormed = typeof message === "string" && message !== "" && typeof extensions?.code === "string";
    if (!isWellFormed || extensions.code === "INTERNAL_SERVER_ERROR") throw new Error(`not for a client: ${text}`);
  }
  return String(errors?.[0]?.extensions?.code ?? "answered");
}

function shown({ query, variables }: Written): string {
  return `${query} ${JSON.stringify(variables)}`;
}

/** Bytes in use when all that can be collected has been. */
function heapBytes(): number {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  if (typeof collect !== "function") throw new Error("V8 has not exposed its collector");
  collect();
  return process.memoryUsage().heapUsed;
}

const sumOf = (pattern: RegExp) =>
  [...outcomes].reduce((sum, [key, times]) => sum + (pattern.test(key) ? times : 0), 0);

test(`${count} operations are each answered, without an internal error`, { timeout: 900_000 }, async () => {
  const cpuBefore = process.cpuUsage();
  for (let n = 0; n < count; n += 1) await run(n);
  const { user, system } = process.cpuUsage(cpuBefore);
  const summary = [...outcomes].map(([name, times]) => `${name} ${times}`).join(", ");
  process.stdout.write(`\n${summary}\nCPU of each: ${((user + system) / 1_000 / count).toFixed(2)} ms\n`);
  for (const kind of ["query", "mutation", "subscription"]) {
    expect(sumOf(new RegExp(`^${kind} answered`)), kind).toBeGreaterThan(count / 400);
    expect(sumOf(new RegExp(`^${kind} GRAPHQL_VALIDATION_FAILED`)), kind).toBeGreaterThan(count / 400);
  }
  expect(sumOf(/ GRAPHQL_PARSE_FAILED$/)).toBeGreaterThan(count / 20);
  for (const code of ["BAD_USER_INPUT", "BAD_ID", "UNAUTHENTICATED"]) {
    expect(sumOf(new RegExp(` ${code}$`)), code).toBeGreaterThan(count / 400);
  }
});

test("what was asked before leaves nothing behind when it is asked again", { timeout: 100_000 }, async () => {
  const again = Math.min(count, 1_000);
  for (let n = 0; n < again; n += 1) await run(n);
  const before = heapBytes();
  for (let n = 0; n < again; n += 1) await run(n);
  const perOperation = (heapBytes() - before) / again;
  process.stdout.write(
    `\nheap: ${Math.round(before / 2 ** 20)} MiB, then ${Math.round(perOperation)} bytes an operation\n`,
  );
  expect(perOperation).toBeLessThan(1_000);
  // Documents are kept, up to a bound: 30 MiB as Apollo Server measures them, and what was made of them beside.
  expect(before).toBeLessThan(400 * 2 ** 20);
});
