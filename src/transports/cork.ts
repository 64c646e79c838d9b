/**
 * Combines the frames that one socket gets in one turn of the event loop into one write: the first frame corks the
 * socket, the end of the turn uncorks it.
 */
import type { Writable } from "node:stream";

const corkedStreams = new Map<Writable, () => void>();

/**
 * Corks the stream until the end of this turn; further calls in the turn have no effect. Calls `onUnread` then, if bytes
 * remain that the client has not read.
 */
export function corkForThisTurn(stream: Writable, onUnread: () => void): void {
  if (corkedStreams.has(stream)) return;
  if (corkedStreams.size === 0) setImmediate(uncorkAll);
  corkedStreams.set(stream, onUnread);
  stream.cork();
}

/**
 * Uncorks the stream before the end of this turn. To be called before a response ends: Node 22.23 writes the end of a
 * corked response and drops what it holds.
 */
export function uncorkNow(stream: Writable): void {
  const onUnread = corkedStreams.get(stream);
  if (onUnread === undefined) return;
  corkedStreams.delete(stream);
  stream.uncork();
  if (stream.writableLength > 0) onUnread();
}

/** Whether more than `bytes` wait for the client, not counting the bytes of this turn. */
export function isBacklogOver(stream: Writable, bytes: number): boolean {
  if (stream.writableLength <= bytes) return false;
  if (corkedStreams.delete(stream)) stream.uncork();
  return stream.writableLength > bytes;
}

/**
 * Resolves when fewer than `bytes` wait for the client or the stream has closed. Resolves at once below the stream's
 * high water mark, where it emits no `drain`.
 */
export async function backlogUnder(stream: Writable, bytes: number): Promise<void> {
  if (!isBacklogOver(stream, bytes) || !stream.writableNeedDrain) return;
  const known = draining.get(stream);
  const drained = known ?? drainOf(stream);
  if (known === undefined) draining.set(stream, drained);
  await drained;
}

/** All waiters of a stream share one pair of listeners. */
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
  for (const stream of corkedStreams.keys()) uncorkNow(stream);
}
