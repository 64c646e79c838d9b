/** Connection limits: random connections against a simple model. */
import { Socket } from "node:net";
import { expect, test, vi } from "vitest";
import { createIsProxy } from "../../src/http/client-address.js";
import { ConnectionCount, type ConnectionSetting } from "../../src/http/connection-count.js";
import { openLog } from "../../src/log.js";
import { addressKey } from "../../src/rate-limit/address-key.js";
import { Random } from "../paging/random.js";

const seed = Number(process.env.FUZZ_SEED ?? 20_261_129);
/** Of one /64, of another, of IPv4 in both its forms, and of a proxy. */
const addresses = [
  "2001:db8::1",
  "2001:db8::2",
  "2001:db8:0:1::1",
  "192.0.2.1",
  "::ffff:192.0.2.1",
  "192.0.2.2",
  "10.0.0.1",
];
const limits = { connections: 12, connectionsPerAddress: 3 };

function connection(remoteAddress: string): Socket {
  return Object.defineProperty(new Socket(), "remoteAddress", { value: remoteAddress });
}

async function close(socket: Socket): Promise<void> {
  await new Promise((resolve) => socket.once("close", resolve).destroy());
}

test(`3,000 connections are taken and refused as a model of them says, seed ${seed}`, async () => {
  const random = new Random(seed);
  const refused: ConnectionSetting[] = [];
  const isProxy = createIsProxy(["10.0.0.0/8"]);
  const count = new ConnectionCount({
    limits,
    isProxy,
    log: openLog("silent"),
    elapsedMs: () => 0,
    onRefused: (setting) => refused.push(setting),
  });
  /** Those that are open, with what takes back that they are exempt. */
  const open = new Map<Socket, (() => void) | undefined>();
  const countOf = (caller: string) =>
    [...open].filter(([socket, back]) => back === undefined && addressKey(socket.remoteAddress ?? "") === caller)
      .length;
  const outcomes = new Map<string, number>();

  for (let n = 0; n < 3_000; n += 1) {
    const [socket] = open.size > 0 ? random.pick([...open]) : [];
    const step = random.integer(0, 9);
    if (socket !== undefined && step < 3) {
      open.delete(socket);
      await close(socket);
    } else if (socket !== undefined && step < 5) {
      const back = open.get(socket);
      open.set(socket, back === undefined ? count.exempt(socket) : undefined);
      back?.();
    } else {
      const address = random.pick(addresses);
      const socket = connection(address);
      let expected: ConnectionSetting | undefined;
      if (open.size >= limits.connections) expected = "HTTP_CONNECTION_LIMIT";
      else if (!isProxy(address) && countOf(addressKey(address)) >= limits.connectionsPerAddress) {
        expected = "HTTP_CONNECTIONS_PER_ADDRESS";
      }
      const before = refused.length;
      count.add(socket);
      expect(refused.slice(before)).toEqual(expected === undefined ? [] : [expected]);
      expect(JSON.stringify(count.refusalOf(socket)?.problem ?? "")).toContain(expected ?? "");
      outcomes.set(expected ?? "taken", (outcomes.get(expected ?? "taken") ?? 0) + 1);
      if (expected === undefined) open.set(socket, undefined);
      else await close(socket);
    }
    expect(count.size).toBe(open.size);
  }
  for (const outcome of ["taken", "HTTP_CONNECTION_LIMIT", "HTTP_CONNECTIONS_PER_ADDRESS"]) {
    expect(outcomes.get(outcome), outcome).toBeGreaterThan(50);
  }
});

test("of those that are refused a few may stay, for five seconds; a log line comes every ten", async () => {
  vi.useFakeTimers();
  const warn = vi.fn();
  let nowMs = 0;
  const count = new ConnectionCount({
    limits: { connections: 0, connectionsPerAddress: 1 },
    isProxy: () => false,
    log: { ...openLog("silent"), warn } as never,
    elapsedMs: () => nowMs,
    onRefused: () => undefined,
  });
  const sockets = Array.from({ length: 150 }, () => connection("192.0.2.1"));
  for (const socket of sockets) count.add(socket);
  expect(sockets.filter(({ destroyed }) => destroyed)).toHaveLength(50);
  vi.advanceTimersByTime(5_000);
  expect(sockets.filter(({ destroyed }) => destroyed)).toHaveLength(150);
  vi.useRealTimers();
  nowMs = 9_999;
  count.add(connection("192.0.2.1"));
  expect(warn).toHaveBeenCalledTimes(1);
  nowMs = 10_000;
  count.add(connection("192.0.2.1"));
  const fields = { component: "http", setting: "HTTP_CONNECTION_LIMIT" };
  expect(warn.mock.calls).toEqual([
    [{ ...fields, refused: 1 }, "connections refused: limit of this process reached"],
    [{ ...fields, refused: 151 }, "connections refused: limit of this process reached"],
  ]);
});
