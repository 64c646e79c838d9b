/** Connections and the sessions they live by. */
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { type Ending, type LiveConnection, LiveConnections } from "../../src/live/connections.js";

const exempt = () => () => undefined;
const now = () => new Date("2026-11-21T12:00:00Z");

function openConnection(sessionId: string) {
  const endings: Ending[] = [];
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
  const releases = [connections.admit(early.connection), connections.admit(other.connection)];
  connections.endSessions(["one"]);
  // It was seen alive a moment before it ended, and is admitted a moment after.
  releases.push(connections.admit(late.connection));
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
    const sight = { blockedIds: [], hasHidden: false };
    const viewer = { id: 1, role: "USER" as const, sessionId: null, apiKey, tokenExpiresAt, ...sight };
    return { ...opened, connection: { ...opened.connection, viewer } };
  };
  const [early, late, other] = [withKey(1), withKey(1), withKey(2)];
  const releases = [connections.admit(early.connection), connections.admit(other.connection)];
  connections.endSessions(["1", "key"]);
  expect(early.endings).toEqual([]);
  connections.endKey(1);
  releases.push(connections.admit(late.connection));
  expect([early.endings, late.endings, other.endings]).toEqual([["keyRevoked"], ["keyRevoked"], []]);
  for (const release of releases) release?.();
  expect(connections.size).toBe(0);
});
