/** Visibility of the subscribed users: loaded with their session, then updated from the event log. */
import { LRUCache } from "lru-cache";
import type { Viewer } from "../auth/viewer.js";
import type { EventData } from "../events/event.js";

interface Held {
  blockedIds: readonly number[];
  hasHidden: boolean;
  listeners: number;
}

/** Maximum users with recorded changes: a change may occur between authentication and the first subscription. */
const rememberedUsers = 10_000;

export class ListenerVisibility {
  readonly #held = new Map<number, Held>();
  /** Recent changes per user: true for each user they blocked, false for each they unblocked. */
  readonly #recent = new LRUCache<number, Map<number, boolean>>({ max: rememberedUsers });

  /** Tracks a subscriber; returns the function that ends it. */
  hold(viewer: Viewer | null): () => void {
    if (viewer === null) return () => undefined;
    const held = this.#held.get(viewer.id) ?? this.#read(viewer);
    held.listeners += 1;
    this.#held.set(viewer.id, held);
    return () => {
      held.listeners -= 1;
      if (held.listeners === 0) this.#held.delete(viewer.id);
    };
  }

  /** The viewer with current visibility. */
  readonly now = (viewer: Viewer): Viewer => {
    const held = this.#held.get(viewer.id);
    return held === undefined ? viewer : { ...viewer, blockedIds: held.blockedIds, hasHidden: held.hasHidden };
  };

  /** Users that the viewer currently blocks. The array keeps its identity until it changes. */
  readonly blockedBy = ({ id, blockedIds }: Viewer): readonly number[] => this.#held.get(id)?.blockedIds ?? blockedIds;

  /** Takes every event of the log, in order. */
  take(data: EventData): void {
    if (data.type === "HiddenChanged") this.#noteHidden(data.userId);
    if (data.type !== "BlockChanged" || data.userId === null || data.blockedId === null) return;
    const recent = this.#recent.get(data.userId) ?? new Map<number, boolean>();
    this.#recent.set(data.userId, recent.set(data.blockedId, data.isBlocked));
    const held = this.#held.get(data.userId);
    if (held !== undefined) held.blockedIds = changed(held.blockedIds, data.blockedId, data.isBlocked);
  }

  /** Users without hidden content share one visibility. */
  #noteHidden(userId: number | null): void {
    const held = userId === null ? undefined : this.#held.get(userId);
    if (held !== undefined) held.hasHidden = true;
  }

  #read({ id, blockedIds, hasHidden }: Viewer): Held {
    let ids = blockedIds;
    for (const [blockedId, isBlocked] of this.#recent.get(id) ?? []) ids = changed(ids, blockedId, isBlocked);
    return { blockedIds: ids, hasHidden, listeners: 0 };
  }
}

function changed(ids: readonly number[], id: number, isBlocked: boolean): readonly number[] {
  if (ids.includes(id) === isBlocked) return ids;
  return isBlocked ? [...ids, id] : ids.filter((each) => each !== id);
}
