/** Shutdown: listeners are closed gradually, and the server exits soon if there are few. */
import { expect, test, vi } from "vitest";
import { startTestServer } from "../harness/server.js";
import { until } from "./inbox.js";
import { listen } from "./listener.js";
import { range } from "./log.js";
import { connectSocket, openSocket } from "./socket.js";

const query = "subscription { events { cursor } }";

function openStream(url: string, signal?: AbortSignal): Promise<Response> {
  const address = `${url}/graphql/stream?${new URLSearchParams({ query })}`;
  return fetch(address, signal ? { signal } : {});
}

test("with many listeners: not ready, no new ones, and those there are close with 1001, spread over the time", async () => {
  const server = await startTestServer({ config: { shutdownTimeoutMs: 2_000 } });
  const listeners = await Promise.all(range(1, 40).map(() => connectSocket(server.url)));
  const streams = await Promise.all(range(1, 10).map(() => openStream(server.url)));
  await until(() => server.live.connections.size === 50);
  // The first of them is let go when the test has looked, however long that takes.
  let hasLooked = () => {};
  const looking = new Promise<void>((resolve) => {
    hasLooked = resolve;
  });
  const endAll = server.live.connections.endAll.bind(server.live.connections);
  const ending = vi.spyOn(server.live.connections, "endAll").mockImplementation(async (...times) => {
    await looking;
    return endAll(...times);
  });
  const stopped = server.close();
  const ready = await fetch(`${server.url}/health/ready`);
  expect([ready.status, ((await ready.json()) as { status: string }).status]).toEqual([503, "stopping"]);
  await expect(openSocket(server.url)).rejects.toThrow("503");
  expect((await openStream(server.url)).status).toBe(503);
  hasLooked();
  for (const { closing } of listeners) {
    expect(await closing).toEqual({ code: 1001, reason: "The server is shutting down" });
  }
  for (const stream of streams) expect(await stream.text()).not.toContain("complete");
  await stopped;
  // Over half of the time; how many in each part of it: `unit/connections.test.ts`.
  expect(ending).toHaveBeenCalledExactlyOnceWith(1_000, expect.any(Number));
});

test("with few listeners it is over at once, though it might take longer than this test", async () => {
  const server = await startTestServer({ config: { shutdownTimeoutMs: 600_000 } });
  const listener = await listen(server, { query });
  const stream = await openStream(server.url);
  await server.close();
  expect((await listener.closing).code).toBe(1001);
  await stream.text();
});

test("listeners that never answer do not hold it up", async () => {
  const server = await startTestServer({ config: { shutdownTimeoutMs: 1_000 } });
  const listener = await listen(server, { query });
  const uninitialised = await openSocket(server.url);
  // Neither reads the close frame, so neither answers it.
  for (const { socket } of [listener.socket, uninitialised]) {
    (socket as unknown as { _socket: { pause(): void } })._socket.pause();
  }
  const began = performance.now();
  await server.close();
  // `ws` would wait so long for their answers.
  expect(performance.now() - began).toBeLessThan(30_000);
  listener.socket.socket.terminate();
  uninitialised.socket.terminate();
});

test("closing twice is closing once, also while it goes on", async () => {
  const server = await startTestServer();
  const listener = await listen(server, { query });
  await Promise.all([server.close(), server.close()]);
  await server.close();
  expect((await listener.closing).code).toBe(1001);
});
