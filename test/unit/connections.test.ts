/** Live connections and their sessions. */
import { PassThrough } from "node:stream";
import { expect, test, vi } from "vitest";
import { type CloseReason, type LiveConnection, LiveConnections } from "../../src/transports/connections.js";

const exempt = () => () => undefined;
const now = () => new Date("2026-11-21T12:00:00Z");

function openConnection(sessionId: string) {
  const endings: CloseReason[] = [];
  const connection: LiveConnection = {
    viewer: {
      id: 1,
      role: "USER",
      sessionId,
      tokenExpiresAt: new Date("2026-11-21T12:15:00Z"),
      blockedIds: [],
      hasHidden: false,
    },
    address: "127.0.0.1",
    stream: new PassThrough(),
    end: (reason) => endings.push(reason),
  };
  return { connection, endings };
}

test("a connection ends with its session, whichever of the two comes first", () => {
  const connections = new LiveConnections({ perUser: 10, exempt, now });
  const [early, late, other] = [openConnection("one"), openConnection("one"), openConnection("two")];
  const releases = [connections.register(early.connection), connections.register(other.connection)];
  connections.endSessions(["one"]);
  // It was seen alive a moment before it ended, and is admitted a moment after.
  releases.push(connections.register(late.connection));
  expect([early.endings, late.endings, other.endings]).toEqual([["sessionEnded"], ["sessionEnded"], []]);
  for (const release of releases) release?.();
  expect(connections.size).toBe(0);
});

test("a connection ends with its key, which no session is taken for, whichever of the two comes first", () => {
  const connections = new LiveConnections({ perUser: 10, exempt, now });
  const withKey = (id: number) => {
    const opened = openConnection("");
    const apiKey = { id, scopes: new Set(["LIVE" as const]) };
    const tokenExpiresAt = new Date(8.64e15);
    const visibility = { blockedIds: [], hasHidden: false };
    const viewer = { id: 1, role: "USER" as const, sessionId: null, apiKey, tokenExpiresAt, ...visibility };
    return { ...opened, connection: { ...opened.connection, viewer } };
  };
  const [early, late, other] = [withKey(1), withKey(1), withKey(2)];
  const releases = [connections.register(early.connection), connections.register(other.connection)];
  connections.endSessions(["1", "key"]);
  expect(early.endings).toEqual([]);
  connections.endKey(1);
  releases.push(connections.register(late.connection));
  expect([early.endings, late.endings, other.endings]).toEqual([["keyRevoked"], ["keyRevoked"], []]);
  for (const release of releases) release?.();
  expect(connections.size).toBe(0);
});

test("all end in equal parts over the time, so that their clients do not come back at once", async () => {
  vi.useFakeTimers();
  try {
    const connections = new LiveConnections({ perUser: 100, exempt, now });
    const ended: number[] = [];
    for (let number = 1; number <= 50; number++) {
      const { connection } = openConnection(`session ${number}`);
      const release = connections.register({
        ...connection,
        end: () => {
          ended.push(number);
          release?.();
        },
      });
    }
    const done = connections.endAll(1_000, 60_000);
    const endedAfter: number[] = [];
    for (let slice = 0; slice < 20; slice++) {
      endedAfter.push(ended.length);
      await vi.advanceTimersByTimeAsync(50);
    }
    await done;
    // Twenty parts of 50 ms: three connections each, and what is left.
    expect(endedAfter).toEqual(Array.from({ length: 20 }, (_, slice) => Math.min(50, 3 * (slice + 1))));
    expect(new Set(ended).size).toBe(50);
  } finally {
    vi.useRealTimers();
  }
});
