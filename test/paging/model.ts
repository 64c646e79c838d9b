/** What a page of a list should be, by the simplest means: the whole list in memory, sorted, cut. */

/** An item with the values it can be ordered by. */
export interface Item {
  /** Global id. */
  readonly id: string;
  readonly rowId: number;
  readonly keys: Readonly<Record<string, string | number>>;
}

export interface Order {
  readonly field: string;
  readonly direction: "ASC" | "DESC";
}

/** Arguments of a connection, with items where it takes their cursors. */
export interface PageArguments {
  readonly order: Order;
  readonly first?: number;
  readonly last?: number;
  readonly after?: Item;
  readonly before?: Item;
  readonly offset?: number;
}

export interface Page {
  readonly items: readonly Item[];
  readonly hasPreviousPage: boolean;
  readonly hasNextPage: boolean;
}

/** Relay's "GraphQL Cursor Connections Specification", Pagination algorithm, plus `offset`, which skips before `first`. */
export function pageOf(items: readonly Item[], args: PageArguments): Page {
  const { order, first = 20, last, after, before, offset = 0 } = args;
  const list = [...items].sort((a, b) => compare(a, b, order));
  const start = after === undefined ? 0 : list.filter((item) => compare(item, after, order) <= 0).length;
  const end = before === undefined ? list.length : list.filter((item) => compare(item, before, order) < 0).length;
  const range = list.slice(start, Math.max(start, end));
  const rest = range.slice(offset);
  const isCut = rest.length > (last ?? first);
  return {
    items: last === undefined ? rest.slice(0, first) : rest.slice(-last),
    hasPreviousPage: start > 0 || range.length > rest.length || (last !== undefined && isCut),
    hasNextPage: end < list.length || (last === undefined && isCut),
  };
}

/** Ties are broken by the row's number, which runs the way the order does. */
function compare(a: Item, b: Item, { field, direction }: Order): number {
  const [keyA = 0, keyB = 0] = [a.keys[field], b.keys[field]];
  const ascending = keyA < keyB ? -1 : keyA > keyB ? 1 : a.rowId - b.rowId;
  return direction === "ASC" ? ascending : -ascending;
}
