/** Registry of live connections of all transports: limited per user, closed when their session or key ends. */
import type { Duplex } from "node:stream";
import { LRUCache } from "lru-cache";
import type { Viewer } from "../auth/viewer.js";

/** Why the server closes a connection. */
export type CloseReason = "tokenExpired" | "sessionEnded" | "keyExpired" | "keyRevoked" | "goingAway";

export interface LiveConnection {
  readonly viewer: Viewer | null;
  /** Network address, which identifies a visitor. */
  readonly address: string;
  /** The underlying stream. */
  readonly stream: Duplex;
  end(reason: CloseReason): void;
}

export interface ConnectionBounds {
  /** Connections of one user, or of one address for visitors. */
  readonly perUser: number;
  /** Called when a connection is counted for its user instead of its address. Returns a function that reverts it. */
  readonly exempt: (stream: Duplex) => () => void;
  readonly now: () => Date;
}

/** Maximum sessions and keys remembered as ended: one may end between authentication and admission of a connection. */
const rememberedCloseReasons = 10_000;
/** Longer than the time between authentication and admission of a connection. */
const admissionMs = 10_000;
/** Maximum delay of setTimeout. */
const longestTimerMs = 2_147_483_647;

/** Close reason of a connection above the limit. */
export const tooManyConnections = "Too many connections (CONNECTIONS_PER_USER)";

export class LiveConnections {
  readonly #bounds: ConnectionBounds;
  readonly #open = new Set<LiveConnection>();
  readonly #perUser = new Map<string, number>();
  /** By session id or key name. */
  readonly #byCredential = new Map<string, Set<LiveConnection>>();
  /** Session ids, key names and user ids. */
  readonly #ended: LRUCache<string | number, true>;
  #onEmpty: (() => void) | undefined;

  constructor(bounds: ConnectionBounds) {
    this.#bounds = bounds;
    const perf = { now: () => bounds.now().getTime() };
    this.#ended = new LRUCache<string | number, true>({ max: rememberedCloseReasons, ttlResolution: 0, perf });
  }

  get size(): number {
    return this.#open.size;
  }

  /**
   * Registers a connection. Returns the function that removes it, or undefined if its user has too many. A connection
   * whose session or key has ended meanwhile is closed at once.
   */
  register(connection: LiveConnection): (() => void) | undefined {
    const { viewer } = connection;
    const user = viewer === null ? `address ${connection.address}` : `user ${viewer.id}`;
    const count = this.#perUser.get(user) ?? 0;
    if (count >= this.#bounds.perUser) return undefined;
    this.#perUser.set(user, count + 1);
    this.#open.add(connection);
    const countAgain = this.#bounds.exempt(connection.stream);
    const forget = viewer === null ? undefined : this.#remember(viewer, connection);
    if (viewer !== null && this.#ended.has(viewer.id)) connection.end("sessionEnded");
    return () => {
      if (!this.#open.delete(connection)) return;
      forget?.();
      countAgain();
      const left = (this.#perUser.get(user) ?? 1) - 1;
      if (left > 0) this.#perUser.set(user, left);
      else this.#perUser.delete(user);
      if (this.#open.size === 0) this.#onEmpty?.();
    };
  }

  endSessions(sessionIds: readonly string[]): void {
    for (const id of sessionIds) this.#endCredential(id, "sessionEnded");
  }

  endKey(apiKeyId: number): void {
    this.#endCredential(nameOfKey(apiKeyId), "keyRevoked");
  }

  /** Closes all connections of a deleted user. */
  endUser(userId: number): void {
    this.#ended.set(userId, true);
    this.#endAllOf(userId);
  }

  /**
   * Closes all connections of a suspended user, whatever they were opened with, and rejects those authenticated before.
   */
  changeSuspension({ userId, isSuspended }: { readonly userId: number | null; readonly isSuspended: boolean }): void {
    if (userId === null) return;
    this.#ended.delete(userId);
    if (!isSuspended) return;
    this.#ended.set(userId, true, { ttl: admissionMs });
    this.#endAllOf(userId);
  }

  /**
   * Closes the connections of signed-in users, whose sessions may have ended without this instance receiving the events:
   * clients that reconnect are authenticated again. In the next turn, so that errors in flight are sent first.
   */
  endAllOfUsers(): void {
    setImmediate(() => {
      for (const connection of [...this.#open]) if (connection.viewer !== null) connection.end("goingAway");
    });
  }

  /**
   * Closes all connections, spread over `spreadMs` so that clients do not reconnect at the same time; waits up to
   * `answerMs` for them.
   */
  async endAll(spreadMs: number, answerMs: number): Promise<void> {
    const open = [...this.#open];
    const sliceMs = 50;
    const slices = Math.max(1, Math.floor(spreadMs / sliceMs));
    const perSlice = Math.ceil(open.length / slices);
    for (let from = 0; from < open.length; from += perSlice) {
      if (from > 0) await new Promise((resolve) => setTimeout(resolve, sliceMs));
      for (const connection of open.slice(from, from + perSlice)) connection.end("goingAway");
    }
    if (this.#open.size === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, answerMs);
      this.#onEmpty = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #endAllOf(userId: number): void {
    for (const connection of [...this.#open]) if (connection.viewer?.id === userId) connection.end("sessionEnded");
  }

  #endCredential(name: string, reason: CloseReason): void {
    this.#ended.set(name, true);
    for (const connection of [...(this.#byCredential.get(name) ?? [])]) connection.end(reason);
  }

  /** Indexes a connection by its credential. Returns the function that removes it. */
  #remember({ sessionId, apiKey, tokenExpiresAt }: Viewer, connection: LiveConnection): () => void {
    const isExpired = apiKey === undefined ? "tokenExpired" : "keyExpired";
    const stopTimer = this.#at(tokenExpiresAt, () => connection.end(isExpired));
    const name = apiKey === undefined ? sessionId : nameOfKey(apiKey.id);
    // The revocation of an external issuer's token is not announced.
    if (name === null) return stopTimer;
    const ofCredential = this.#byCredential.get(name) ?? new Set();
    this.#byCredential.set(name, ofCredential.add(connection));
    if (this.#ended.has(name)) connection.end(apiKey === undefined ? "sessionEnded" : "keyRevoked");
    return () => {
      stopTimer();
      ofCredential.delete(connection);
      if (ofCredential.size === 0) this.#byCredential.delete(name);
    };
  }

  /** Returns the function that cancels it. Uses several timers, since a key may live longer than a timer can run. */
  #at(moment: Date, callback: () => void): () => void {
    let timer: NodeJS.Timeout;
    const wait = () => {
      const leftMs = Math.max(moment.getTime() - this.#bounds.now().getTime(), 0);
      timer = leftMs > longestTimerMs ? setTimeout(wait, longestTimerMs) : setTimeout(callback, leftMs);
    };
    wait();
    return () => clearTimeout(timer);
  }
}

/** Distinct from session ids. */
function nameOfKey(apiKeyId: number): string {
  return `key ${apiKeyId}`;
}
