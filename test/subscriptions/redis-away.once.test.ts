/** Redis outages: events arrive in order, once each, without restarts. */
import { isDeepStrictEqual } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { until } from "./inbox.js";
import { canShare, type Instances, sharedRedisUrl, startInstances } from "./instances.js";
import { listen } from "./listener.js";
import { positionsOf, range, settledHead, write } from "./log.js";
import { startProxy, type TcpProxy } from "./proxy.js";

const query = "subscription { events { cursor } }";

describe.runIf(canShare)("with a bus that fails", () => {
  let proxy: TcpProxy;
  let instances: Instances;
  beforeAll(async () => {
    const { hostname, port } = new URL(sharedRedisUrl());
    proxy = await startProxy({ host: hostname, port: Number(port || 6379) });
    instances = await startInstances({ redisUrl: `redis://127.0.0.1:${proxy.port}` });
  });
  afterAll(async () => {
    await instances.close();
    await proxy.close();
  });

  async function becomes(...health: readonly [status: number, name: string, bus: string]): Promise<void> {
    await until(async () => {
      const response = await fetch(`${instances.second.url}/health/ready`);
      const { status, checks } = (await response.json()) as { status: string; checks: { bus: string } };
      return isDeepStrictEqual([response.status, status, checks.bus], health);
    });
  }

  test("while Redis is cut off, events come from the log; when it is back, from the bus; each once, in order", async () => {
    const { first, second, database } = instances;
    const begin = await settledHead(instances);
    const listeners = [await listen(first, { query }), await listen(second, { query })];
    let written = 0;
    const more = async (count: number) => {
      await write(database, begin + written + 1, count);
      written += count;
      for (const { events } of listeners) await events.first(written);
    };
    await more(10);
    await becomes(200, "ready", "up");
    proxy.cut();
    await becomes(200, "degraded", "down");
    await more(10);
    await more(10);
    proxy.restore();
    await becomes(200, "ready", "up");
    await more(10);
    // Short interruptions while events come.
    for (const _ of range(1, 10)) {
      proxy.drop();
      await more(7);
    }
    for (const { events } of listeners) {
      expect(positionsOf(events.all)).toEqual(range(begin + 1, begin + written));
    }
    await Promise.all(listeners.map((listener) => listener.close()));
  });

  test("while Redis takes what it is sent and does not answer, events come from the log", async () => {
    const { first, second, database } = instances;
    const begin = await settledHead(instances);
    const listeners = [await listen(first, { query }), await listen(second, { query })];
    proxy.stall();
    for (const turn of range(0, 2)) {
      await write(database, begin + turn * 5 + 1, 5);
      for (const { events } of listeners) await events.first((turn + 1) * 5);
    }
    proxy.restore();
    await write(database, begin + 16, 5);
    for (const { events } of listeners) {
      expect(positionsOf(await events.first(20))).toEqual(range(begin + 1, begin + 20));
    }
    await Promise.all(listeners.map((listener) => listener.close()));
  });
});
