/**
 * Process-wide budget for unread bytes: written to a connection, but not accepted by the kernel because the client does
 * not read. Above the budget, the connections with the most unread bytes are closed.
 */
import type { Log } from "../log.js";

/** A response or a socket. */
export interface UnreadStream {
  readonly writableLength: number;
  readonly destroyed: boolean;
  once(event: "close", listener: () => void): unknown;
  destroy(): unknown;
}

interface Waiting {
  bytes: number;
  /** Destroys the stream, at once or after sending the reason. */
  readonly close: () => void;
  /** Destroys the stream when the client has had time to read the reason. */
  timer?: NodeJS.Timeout;
}

const closeMs = 3_000;
/** Share of the limit down to which connections are closed, so that the next write does not close another one. */
const share = 0.75;

export class UnreadBytes {
  readonly #limit: number;
  readonly #log: Log;
  readonly #waiting = new Map<UnreadStream, Waiting>();
  readonly #watched = new WeakSet<UnreadStream>();
  #total = 0;
  #closedCount = 0;

  /** Setting UNREAD_LIMIT_BYTES. */
  constructor(limit: number, log: Log) {
    this.#limit = limit;
    this.#log = log;
  }

  /** Unread bytes of all connections now. */
  get total(): number {
    this.#refresh();
    return this.#total;
  }

  /** Connections closed for their unread bytes so far. */
  get closedCount(): number {
    return this.#closedCount;
  }

  /** Records a write. Calls `close`, once, if the stream is selected for closing. */
  note(stream: UnreadStream, close: () => void): void {
    const { writableLength: bytes } = stream;
    const known = this.#waiting.get(stream);
    if (known === undefined && bytes === 0) return;
    const waiting = known ?? { bytes: 0, close };
    this.#total += bytes - waiting.bytes;
    waiting.bytes = bytes;
    if (known === undefined) this.#waiting.set(stream, waiting);
    if (!this.#watched.has(stream)) {
      this.#watched.add(stream);
      stream.once("close", () => this.#forget(stream));
    }
    if (this.#total > this.#limit) this.#closeSome();
  }

  /** Updates the recorded bytes, which may have been read since. */
  #refresh(): void {
    for (const [stream, waiting] of this.#waiting) {
      this.#total += stream.writableLength - waiting.bytes;
      waiting.bytes = stream.writableLength;
      if (waiting.bytes === 0 && waiting.timer === undefined) this.#waiting.delete(stream);
    }
  }

  #closeSome(): void {
    this.#refresh();
    if (this.#total <= this.#limit) return;
    const target = this.#limit * share;
    let left = this.#total;
    for (const [stream, waiting] of [...this.#waiting].sort(([, a], [, b]) => first(a, b))) {
      if (left <= target) return;
      left -= waiting.bytes;
      this.#close(stream, waiting);
    }
  }

  /** Closes a stream; destroys it if it was sent the reason already and has not read it. */
  #close(stream: UnreadStream, waiting: Waiting): void {
    if (waiting.timer === undefined) {
      this.#closedCount += 1;
      this.#log.warn(
        { component: "http", bytes: waiting.bytes, total: this.#total },
        "connection closed because of its unread bytes",
      );
      waiting.timer = setTimeout(() => stream.destroy(), closeMs);
      waiting.timer.unref();
      waiting.close();
    } else stream.destroy();
    if (stream.destroyed) this.#forget(stream);
  }

  #forget(stream: UnreadStream): void {
    const waiting = this.#waiting.get(stream);
    if (waiting === undefined) return;
    clearTimeout(waiting.timer);
    this.#total -= waiting.bytes;
    this.#waiting.delete(stream);
  }
}

/** Order of closing: streams that were sent the reason, whose bytes still count; then those with the most bytes. */
function first(a: Waiting, b: Waiting): number {
  const wasTold = ({ timer }: Waiting) => (timer === undefined ? 0 : 1);
  return wasTold(b) - wasTold(a) || b.bytes - a.bytes;
}
