/** The connections that listen, of any transport: bounded for each user, closed when their session or token ends. */
import { LRUCache } from "lru-cache";
import type { Viewer } from "../auth/viewer.js";

/** Why the server closes a connection. */
export type Ending = "tokenExpired" | "sessionEnded" | "goingAway";

export interface LiveConnection {
  readonly viewer: Viewer | null;
  /** Network address, which stands for a visitor. */
  readonly address: string;
  end(reason: Ending): void;
}

export interface ConnectionBounds {
  /** Connections of one user, or of one address for visitors. */
  readonly perUser: number;
  readonly now: () => Date;
}

/** Sessions remembered as ended: one may end between the look at it and the admission of its connection. */
const rememberedEndings = 10_000;
/** setTimeout takes no longer wait. */
const longestTimerMs = 2_147_483_647;

export class LiveConnections {
  readonly #bounds: ConnectionBounds;
  readonly #open = new Set<LiveConnection>();
  readonly #perUser = new Map<string, number>();
  readonly #bySession = new Map<string, Set<LiveConnection>>();
  /** Identifiers of sessions, and numbers of users. */
  readonly #ended = new LRUCache<string | number, true>({ max: rememberedEndings });
  #onEmpty: (() => void) | undefined;

  constructor(bounds: ConnectionBounds) {
    this.#bounds = bounds;
  }

  get size(): number {
    return this.#open.size;
  }

  /**
   * Takes a connection in. Returns how to let it go, or undefined when its user has too many. One whose session has ended
   * meanwhile is ended at once.
   */
  admit(connection: LiveConnection): (() => void) | undefined {
    const { viewer } = connection;
    const user = viewer === null ? `address ${connection.address}` : `user ${viewer.id}`;
    const count = this.#perUser.get(user) ?? 0;
    if (count >= this.#bounds.perUser) return undefined;
    this.#perUser.set(user, count + 1);
    this.#open.add(connection);
    const forgetSession = viewer === null ? undefined : this.#rememberSession(viewer, connection);
    if (viewer !== null && (this.#ended.has(viewer.sessionId) || this.#ended.has(viewer.id)))
      connection.end("sessionEnded");
    return () => {
      if (!this.#open.delete(connection)) return;
      forgetSession?.();
      const left = (this.#perUser.get(user) ?? 1) - 1;
      if (left > 0) this.#perUser.set(user, left);
      else this.#perUser.delete(user);
      if (this.#open.size === 0) this.#onEmpty?.();
    };
  }

  endSessions(sessionIds: readonly string[]): void {
    for (const id of sessionIds) {
      this.#ended.set(id, true);
      for (const connection of [...(this.#bySession.get(id) ?? [])]) connection.end("sessionEnded");
    }
  }

  /** The account is gone, and all its sessions with it. */
  endUser(userId: number): void {
    this.#ended.set(userId, true);
    for (const connection of [...this.#open]) if (connection.viewer?.id === userId) connection.end("sessionEnded");
  }

  /**
   * Ends those of signed-in users, whose sessions may have ended without this instance having heard of it: who comes back
   * is looked at anew. In the next turn: an error may be on its way to them.
   */
  endAllOfUsers(): void {
    setImmediate(() => {
      for (const connection of [...this.#open]) if (connection.viewer !== null) connection.end("goingAway");
    });
  }

  /** Ends all of them, spread over `spreadMs`, so that clients do not all come back at once; waits `answerMs` for them to go. */
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

  #rememberSession({ sessionId, tokenExpiresAt }: Viewer, connection: LiveConnection): () => void {
    const ofSession = this.#bySession.get(sessionId) ?? new Set();
    this.#bySession.set(sessionId, ofSession.add(connection));
    const leftMs = tokenExpiresAt.getTime() - this.#bounds.now().getTime();
    const timer = setTimeout(() => connection.end("tokenExpired"), Math.min(Math.max(leftMs, 0), longestTimerMs));
    return () => {
      clearTimeout(timer);
      ofSession.delete(connection);
      if (ofSession.size === 0) this.#bySession.delete(sessionId);
    };
  }
}
