/** Writes events directly into the log, for tests that need hundreds. */
import type { Database } from "../../src/db/database.js";
import { toEventCursor } from "../../src/events/event-cursor.js";
import { countWaiting, readBounds } from "../../src/events/event-log.js";
import { until } from "./inbox.js";
import type { Instances } from "./instances.js";
import type { Place } from "./listener.js";

/** Which post, of so many, an event is about, by its place: the first event is of post 1. */
export const posts = 3;

/** Writes `PostLiked` events in one transaction: of posts 1, 2, 3, 1, 2, 3 … by user `from`, `from + 1` … */
export async function write({ prisma }: Pick<Database, "prisma">, from: number, count: number): Promise<void> {
  const occurredAt = new Date();
  const data = Array.from({ length: count }, (_, index) => ({
    type: "PostLiked",
    data: { postId: ((from + index - 1) % posts) + 1, userId: from + index },
    occurredAt,
  }));
  await prisma.event.createMany({ data });
  // The embedded database answers without a turn of the event loop, which everybody else waits for.
  await new Promise((resolve) => setImmediate(resolve));
}

/** Writes as `write` does, in transactions of 1 to 7 events, without waiting between. */
export async function pour(database: Pick<Database, "prisma">, from: number, count: number): Promise<void> {
  for (let written = 0; written < count; ) {
    const size = Math.min((written % 7) + 1, count - written);
    await write(database, from + written, size);
    written += size;
  }
}

/** A cursor's position in the log, which clients do not look at. */
export function positionOf(cursor: string): number {
  return Number(Buffer.from(cursor, "base64url").toString().split("|")[2]);
}

export function positionsOf(events: readonly { readonly cursor?: string }[]): number[] {
  return events.map(({ cursor }) => positionOf(cursor ?? ""));
}

/** The cursor of a position of this database's log. */
export async function cursorAt({ query }: Pick<Database, "query">, position: number): Promise<string> {
  return toEventCursor((await readBounds(query)).logId, position);
}

export async function headOf({ query }: Pick<Database, "query">): Promise<number> {
  return (await readBounds(query)).head;
}

/** A server of the harness, or several instances on one database. */
type Servers = { readonly database: Pick<Database, "query"> } & (
  | Pick<Place, "live">
  | Pick<Instances, "first" | "second">
);

/** The position of the last event of all that was done, which every server has seen: what comes now comes after it. */
export async function settledHead(servers: Servers): Promise<number> {
  const { database } = servers;
  await until(async () => (await countWaiting(database.query)) === 0);
  const head = await headOf(database);
  const places = "live" in servers ? [servers] : [servers.first, servers.second];
  await until(() => places.every(({ live }) => positionOf(live.engine.cursor) >= head));
  return head;
}

/** `from`, `from + 1`, … `to`. */
export function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
