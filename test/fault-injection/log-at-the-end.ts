/** Compares what was heard with what the log holds at the end, and with the answers of the writers. */
import { expect } from "vitest";
import { toGlobalId } from "../../src/db/global-id.js";
import { toEventCursor } from "../../src/events/event-cursor.js";
import { until } from "../subscriptions/inbox.js";
import type { FaultListener, Heard } from "./listener.js";
import type { Written } from "./writers.js";

/** A row of the log. */
export interface LoggedRow {
  readonly position: number;
  readonly type: string;
  readonly data: { readonly postId: number; readonly commentId?: number };
}

export interface LogContent {
  readonly logId: string;
  readonly rows: readonly LoggedRow[];
}

/** Reads the log with everything in it numbered, by SQL of the test's own: not by what is tested. */
export type ReadLog = () => Promise<LogContent>;

type RunSql = (text: string) => Promise<readonly unknown[]>;

/** Undefined while something waits to be numbered. */
export async function readLogOnce(run: RunSql): Promise<LogContent | undefined> {
  if ((await run("SELECT id FROM events WHERE position IS NULL")).length > 0) return undefined;
  const rows = await run("SELECT position::int, type, data FROM events ORDER BY position");
  const [head] = await run(`SELECT log_id::text AS "logId" FROM event_head`);
  return { rows: rows as LoggedRow[], logId: (head as LogContent).logId };
}

/** Waits until everything is numbered. */
export async function readLog(run: RunSql): Promise<LogContent> {
  let content: LogContent | undefined;
  await until(async () => {
    content = await readLogOnce(run);
    return content !== undefined;
  });
  return content as LogContent;
}

/** Returns the figures. Fails when they are not what was promised. */
export async function compareWithLog(
  { logId, rows: all }: LogContent,
  from: string,
  written: readonly Written[],
  listeners: readonly FaultListener[],
): Promise<string> {
  // Positions count from 1 without a gap.
  expect(all.map(({ position }) => position)).toEqual(all.map((_, index) => index + 1));
  const rows = all.slice(all.findIndex(({ position }) => toEventCursor(logId, position) === from) + 1);
  // Each acknowledged write, and nothing else, is in the log once.
  const textOf = new Map(written.map(({ nodeId, text }) => [nodeId, text]));
  expect(rows.map(nodeIdOf).sort()).toEqual(written.map(({ nodeId }) => nodeId).sort());

  const followed = nodeIdsOnThePost(written);
  const figures: string[] = [];
  for (const { name, heard, follows } of listeners) {
    const expected = rows
      .filter((row) => follows === "everything" || followed.has(nodeIdOf(row)))
      .map((row): Heard => {
        const nodeId = nodeIdOf(row);
        const id = Buffer.from(`Event:${row.position}`).toString("base64url");
        return { id, cursor: toEventCursor(logId, row.position), nodeId, text: textOf.get(nodeId) };
      });
    await heard.find(({ id }) => id === expected.at(-1)?.id);
    const ids = heard.all.map(({ id }) => id);
    const missed = expected.filter(({ id }) => !ids.includes(id));
    const twice = ids.filter((id, index) => ids.indexOf(id) !== index);
    expect({ name, missed, twice }).toEqual({ name, missed: [], twice: [] });
    // The same events, in the same order, with what they are about.
    expect(heard.all).toEqual(expected);
    figures.push(
      `${name} heard ${heard.all.length} of ${expected.length}, missed ${missed.length}, twice ${twice.length}`,
    );
  }
  return figures.join(", ");
}

function nodeIdsOnThePost(written: readonly Written[]): ReadonlySet<string> {
  return new Set(written.filter(({ isOnThePost }) => isOnThePost).map(({ nodeId }) => nodeId));
}

function nodeIdOf({ data }: LoggedRow): string {
  return data.commentId === undefined ? toGlobalId("Post", data.postId) : toGlobalId("Comment", data.commentId);
}
