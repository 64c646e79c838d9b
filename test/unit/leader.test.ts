/** The leader loop, on connections and a lock without a database. */
import { expect, test } from "vitest";
import type { Database } from "../../src/db/database.js";
import { runAsLeader } from "../../src/db/leader.js";
import { WakeSignal } from "../../src/db/wake-signal.js";
import { until } from "../subscriptions/inbox.js";

/** One lock, held by a connection until it ends. `lose` breaks the holder's connection. */
function openLock() {
  let holder: object | undefined;
  let loseHolder: () => void = () => undefined;
  const database = {
    async connectDedicated() {
      const connection = {
        listen: async () => undefined,
        async tryLock() {
          if (holder !== undefined && holder !== connection) return false;
          holder = connection;
          loseHolder = connection.lose;
          return true;
        },
        lose: (): void => undefined,
        onLost(callback: () => void) {
          connection.lose = () => {
            if (holder === connection) holder = undefined;
            callback();
          };
        },
        async close() {
          if (holder === connection) holder = undefined;
        },
      };
      return connection;
    },
  };
  // The loop uses nothing else of a database.
  return { database: database as unknown as Database, lose: () => loseHolder() };
}

function instance(database: Database, name: string, done: string[], work: () => void = () => undefined) {
  const wake = new WakeSignal();
  const leader = runAsLeader({
    database,
    lockKey: 1,
    pollMs: 5,
    wake,
    onElected: async () => void done.push(`${name} elected`),
    async work() {
      work();
      done.push(`${name} works`);
    },
    onError: (error) => done.push(`${name}: ${error instanceof Error ? error.message : error}`),
  });
  return { wake, close: leader.close };
}

test("one of two works; when its connection is lost, one is elected again before it works", async () => {
  const { database, lose } = openLock();
  const done: string[] = [];
  const both = [instance(database, "a", done), instance(database, "b", done)];
  await until(() => done.length >= 3);
  expect(new Set(done.slice(1))).toEqual(new Set([done[0]?.replace("elected", "works")]));
  const before = done.length;
  lose();
  await until(() => done.slice(before).some((each) => each.endsWith("elected")));
  await Promise.all(both.map(({ close }) => close()));
  const elected = done.filter((each) => each.endsWith("elected"));
  expect(elected).toHaveLength(2);
  const after = done.slice(done.lastIndexOf(elected[1] ?? "") + 1);
  expect(after.every((each) => each === elected[1]?.replace("elected", "works"))).toBe(true);
});

test("work that fails is reported, gives the lock up and is tried again; after close nothing runs", async () => {
  const { database } = openLock();
  const done: string[] = [];
  let failures = 1;
  const one = instance(database, "a", done, () => {
    failures -= 1;
    if (failures >= 0) throw new Error("no database");
  });
  await until(() => done.includes("a works"));
  await one.close();
  expect(done.slice(0, 4)).toEqual(["a elected", "a: no database", "a elected", "a works"]);
  const count = done.length;
  one.wake.notify();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(done).toHaveLength(count);
});
