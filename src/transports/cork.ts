/**
 * Combines the frames that one socket gets in one turn of the event loop into one write: the first frame corks the
 * socket, the end of the turn uncorks it.
 */
import type { Writable } from "node:stream";

const corkedStreams = new Map<Writable, () => void>();

/**
 * Corks the stream until the end of this turn. Calling it again in the turn changes nothing. `onUnread` is called then if
 * the other side has not taken all of it.
 */
export function corkForThisTurn(stream: Writable, onUnread: () => void): void {
  if (corkedStreams.has(stream)) return;
  if (corkedStreams.size === 0) setImmediate(uncorkAll);
  corkedStreams.set(stream, onUnread);
  stream.cork();
}

/** Whether more than `bytes` wait for the other side to read, and not just for the end of this turn. */
export function isBacklogOver(stream: Writable, bytes: number): boolean {
  if (stream.writableLength <= bytes) return false;
  if (corkedStreams.delete(stream)) stream.uncork();
  return stream.writableLength > bytes;
}

/**
 * Resolves when less than `bytes` wait for the other side, or the stream has closed; at once, if it is so, or if the
 * stream does not tell when (it holds less than its high water mark).
 */
export async function backlogUnder(stream: Writable, bytes: number): Promise<void> {
  if (!isBacklogOver(stream, bytes) || !stream.writableNeedDrain) return;
  const known = draining.get(stream);
  const drained = known ?? drainOf(stream);
  if (known === undefined) draining.set(stream, drained);
  await drained;
}

/** What waits for a stream waits together: one pair of listeners for all. */
const draining = new WeakMap<Writable, Promise<void>>();

function drainOf(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      draining.delete(stream);
      stream.off("drain", done);
      stream.off("close", done);
      resolve();
    };
    stream.on("drain", done);
    stream.on("close", done);
  });
}

function uncorkAll(): void {
  for (const [stream, onUnread] of corkedStreams) {
    stream.uncork();
    if (stream.writableLength > 0) onUnread();
  }
  corkedStreams.clear();
}
