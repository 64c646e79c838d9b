/**
 * Leader loop: runs work in one instance at a time, the one that holds an advisory lock. Another takes over when its
 * connection ends.
 */
import type { Database, DedicatedConnection } from "./database.js";
import type { WakeSignal } from "./wake-signal.js";

/** Keys of the advisory locks, one per kind of work. Arbitrary, but unique in the database. */
export const leaderLocks = { relay: 7_236_145, webhookFanOut: 7_236_146 } as const;

export interface LeaderOptions {
  readonly database: Database;
  /** One of `leaderLocks`. */
  readonly lockKey: number;
  /** How often the leader works without a wake-up, and a standby tries to become the leader. */
  readonly pollMs: number;
  readonly wake: WakeSignal;
  /** PostgreSQL channel whose notifications wake it as well. Default none. */
  readonly channel?: string;
  /** Called each time this instance becomes the leader, before `work`. */
  readonly onElected?: () => Promise<void>;
  /** Called by the leader after each wake-up. Long work stops when `isLeading` returns false. */
  readonly work: (isLeading: () => boolean) => Promise<void>;
  /** Called when the connection or the work fails: this instance leads no longer, reconnects and competes again. */
  readonly onError: (error: unknown) => void;
}

export interface Leader {
  /** Resolves when the work in progress has ended and the lock is released. */
  close(): Promise<void>;
}

const reconnectMs = 250;

/** Starts competing for the lock. Never throws. */
export function runAsLeader(options: LeaderOptions): Leader {
  const { database, lockKey, pollMs, wake, channel, onElected, work, onError } = options;
  let isOpen = true;

  async function leadOn(connection: DedicatedConnection): Promise<void> {
    let isConnected = true;
    let isElected = false;
    connection.onLost(() => {
      isConnected = false;
      wake.notify();
    });
    if (channel !== undefined) await connection.listen(channel, () => wake.notify());
    const goesOn = () => isOpen && isConnected;
    while (goesOn()) {
      if (!isElected && (await connection.tryLock(lockKey))) {
        isElected = true;
        await onElected?.();
      }
      if (isElected) await work(goesOn);
      await wake.wait(pollMs);
    }
  }

  const running = (async () => {
    while (isOpen) {
      let connection: DedicatedConnection | undefined;
      try {
        connection = await database.connectDedicated();
        await leadOn(connection);
      } catch (error) {
        if (isOpen) onError(error);
        await wake.wait(reconnectMs);
      } finally {
        await connection?.close();
      }
    }
  })();

  return {
    async close() {
      isOpen = false;
      wake.notify();
      await running;
    },
  };
}
