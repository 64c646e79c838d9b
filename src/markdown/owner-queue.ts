/** Fair queue: round robin over the owners, one item each. */

interface Item {
  readonly owner: string;
  /** Size counted against the queue's capacity. */
  readonly size: number;
}

export class OwnerQueue<T extends Item> {
  readonly #capacity: number;
  /** Items by owner, in the order of the owners' turns. */
  readonly #byOwner = new Map<string, T[]>();
  readonly #sizes = new Map<string, number>();
  #size = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get isEmpty(): boolean {
    return this.#byOwner.size === 0;
  }

  /** Adds an item. Returns the items dropped for it: the latest of the owner with the most, possibly the new one. */
  add(item: T): T[] {
    const theirs = this.#byOwner.get(item.owner);
    if (theirs === undefined) this.#byOwner.set(item.owner, [item]);
    else theirs.push(item);
    this.#count(item, item.size);
    const dropped: T[] = [];
    while (this.#size > this.#capacity) dropped.push(...this.#dropOne());
    return dropped;
  }

  /** The next item of the owner whose turn it is. */
  take(): T | undefined {
    const [turn] = this.#byOwner;
    if (turn === undefined) return undefined;
    const [owner, items] = turn;
    const item = items.shift();
    this.#byOwner.delete(owner);
    if (items.length > 0) this.#byOwner.set(owner, items);
    if (item !== undefined) this.#count(item, -item.size);
    return item;
  }

  /** Removes and returns all items of an owner, in order. */
  takeAll(owner: string): T[] {
    const items = this.#byOwner.get(owner) ?? [];
    this.#byOwner.delete(owner);
    for (const item of items) this.#count(item, -item.size);
    return items;
  }

  #dropOne(): T[] {
    let most: string | undefined;
    for (const [owner, size] of this.#sizes) {
      if (most === undefined || size > (this.#sizes.get(most) ?? 0)) most = owner;
    }
    const items = most === undefined ? undefined : this.#byOwner.get(most);
    const item = items?.pop();
    if (most === undefined || items === undefined || item === undefined) return [];
    if (items.length === 0) this.#byOwner.delete(most);
    this.#count(item, -item.size);
    return [item];
  }

  #count({ owner }: T, by: number): void {
    const size = (this.#sizes.get(owner) ?? 0) + by;
    if (size > 0) this.#sizes.set(owner, size);
    else this.#sizes.delete(owner);
    this.#size += by;
  }
}
