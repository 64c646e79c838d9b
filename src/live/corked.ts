/** Frames of one socket in one turn leave in one write: the first corks the socket, the end of the turn uncorks it. */
import type { Writable } from "node:stream";

const corked = new Set<Writable>();

/** Corks the stream until the end of this turn. Calling it again in the turn changes nothing. */
export function corkForThisTurn(stream: Writable): void {
  if (corked.has(stream)) return;
  if (corked.size === 0) setImmediate(uncorkAll);
  corked.add(stream);
  stream.cork();
}

function uncorkAll(): void {
  for (const stream of corked) stream.uncork();
  corked.clear();
}
