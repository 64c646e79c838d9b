/** Choice of a replica: reachable, fresh, complete, least busy. */
import { expect, test, vi } from "vitest";
import type { Query } from "../../src/db/database.js";
import { openLog } from "../../src/log.js";
import { Replica } from "../../src/replicas/replica.js";
import { Replicas } from "../../src/replicas/replicas.js";
import { parseWalPosition } from "../../src/replicas/wal-position.js";

interface State {
  /** Looked at each time: it goes on. */
  readonly replayed: string | null;
  readonly load: number;
  readonly logId?: string;
}

/** Says of itself what `state` says; null is no replica. */
function replica(name: string, state: State): Replica {
  const { load, logId = "ours" } = state;
  const query = async () => [{ replayed: state.replayed, logId }];
  return new Replica(
    name,
    { query: query as unknown as Query, load: () => load, close: async () => undefined },
    "ours",
    openLog("silent"),
  );
}

async function choice(states: State[], flushed: string) {
  const query = async () => [{ flushed }];
  const all = states.map((state, index) => replica(`replica-${index}`, state));
  const replicas = new Replicas({
    replicas: all,
    query: query as unknown as Query,
    lagMs: 1_000,
    elapsedMs: () => 0,
    log: openLog("silent"),
  });
  await replicas.open();
  const at = (position: string) => {
    const picked = replicas.pick(parseWalPosition(position));
    return picked === undefined ? undefined : all.indexOf(picked);
  };
  return { at, close: () => replicas.close() };
}

test("the one with the least to do is asked, of those that have what is asked for", async () => {
  const states = [
    { replayed: "0/200", load: 5 },
    { replayed: "0/300", load: 7 },
    { replayed: "1/0", load: 9 },
  ];
  const { at, close } = await choice(states, "0/100");
  expect([at("0/0"), at("0/200"), at("0/201"), at("0/FFFFFFFF"), at("1/0"), at("1/1")]).toEqual([
    0,
    0,
    1,
    2,
    2,
    undefined,
  ]);
  await close();
});

test("one that is behind where the primary was, one that is no replica, and one of another database, are not asked", async () => {
  const { at, close } = await choice(
    [
      { replayed: "0/FF", load: 0 },
      { replayed: null, load: 0 },
      { replayed: "0/200", load: 0, logId: "another" },
      { replayed: "0/100", load: 99 },
    ],
    "0/100",
  );
  expect(at("0/0")).toBe(3);
  await close();
});

test("one that is further behind than the lag allows is left out, until it has caught up", async () => {
  vi.useFakeTimers();
  const lagMs = 1_000;
  let nowMs = 0;
  let flushed = 0x100n;
  const states = [
    { replayed: "0/100", load: 0 },
    { replayed: "0/100", load: 1 },
  ];
  const hex = (position: bigint) => `0/${position.toString(16).toUpperCase()}`;
  const all = states.map((state, index) => replica(`replica-${index}`, state));
  const query = async () => [{ flushed: hex(flushed) }];
  const replicas = new Replicas({
    replicas: all,
    query: query as unknown as Query,
    lagMs,
    elapsedMs: () => nowMs,
    log: openLog("silent"),
  });
  await replicas.open();
  const picked = () => {
    const one = replicas.pick(0n);
    return one === undefined ? undefined : all.indexOf(one);
  };
  /** Which is picked after each look, while the primary writes and the second replica follows at once. */
  const history: (number | undefined)[] = [];
  const [slow, fast] = states;
  if (slow === undefined || fast === undefined) throw new Error("there are two");
  for (let look = 1; look <= 8; look += 1) {
    nowMs += 200;
    flushed += 0x10n;
    fast.replayed = hex(flushed);
    // The first stops at 0/120, where the primary was after 400 ms.
    slow.replayed = look <= 2 ? hex(flushed) : "0/120";
    await vi.advanceTimersByTimeAsync(200);
    history.push(picked());
  }
  // After 1,400 ms that is just as old as may be.
  expect(history).toEqual([0, 0, 0, 0, 0, 0, 0, 1]);
  slow.replayed = hex(flushed);
  nowMs += 200;
  await vi.advanceTimersByTimeAsync(200);
  expect(picked()).toBe(0);
  await replicas.close();
  vi.useRealTimers();
});

test("positions are numbers of 64 bits, whatever the length of their halves", () => {
  expect(parseWalPosition("16/B374D848")).toBe(0x16b374d848n);
  expect(parseWalPosition("1/0")).toBe(0x100000000n);
  expect(() => parseWalPosition("nowhere")).toThrow('a WAL position must be like 16/B374D848, got "nowhere"');
});
