/** Short-lived cache of authentication look-ups, so that most requests need no query to identify the viewer. */
import { LRUCache } from "lru-cache";

export interface CachedLookup<Found> {
  /** The value of a key, looked up at most once in ten seconds. Undefined, which is not cached, if there is none. */
  find(key: string): Promise<Found | undefined>;
  /** Called after a change in this instance: the next request looks it up again. */
  forget(): void;
}

/** How long an entry is used without checking: a session that ends on another instance ends here within this time. */
const cacheMs = 10_000;
const maxCachedLookups = 10_000;

/** `now` is the wall clock. */
export function createCachedLookup<Found extends object>(
  lookUp: (key: string) => Promise<Found | undefined>,
  now: () => Date,
): CachedLookup<Found> {
  const known = new LRUCache<string, Found>({
    max: maxCachedLookups,
    ttl: cacheMs,
    // Otherwise the clock would be read at most once in a millisecond of the real one.
    ttlResolution: 0,
    perf: { now: () => now().getTime() },
  });
  /** Number of invalidations. */
  let generation = 0;

  return {
    /** A result that was read before an invalidation may be stale: then it is read again. */
    async find(key) {
      for (;;) {
        const cached = known.get(key);
        if (cached !== undefined) return cached;
        const startedIn = generation;
        const found = await lookUp(key);
        // Not cached: what does not exist or has ended.
        if (found === undefined) return undefined;
        if (startedIn === generation) {
          known.set(key, found);
          return found;
        }
      }
    },
    forget() {
      generation += 1;
      known.clear();
    },
  };
}
