/** One page of a list: the arguments, the rows read, and the fields of its connection. */
import { toCursor } from "../db/cursor.js";
import { asItIs, RowMapper } from "../db/row-mapper.js";
import { rfc3339OfJson } from "../db/timestamps.js";
import { ParleyError } from "../errors.js";
import type { AnyEntity } from "./entity.js";
import type { InlinedConnection } from "./inlined-connections.js";
import type { Condition, ConnectionInput, List, Order } from "./list.js";
import { inlinedColumn, maxCounted, type PlacedRow, type Range } from "./list-sql.js";
import { checkPage } from "./page-arguments.js";
import type { ReadContext } from "./read-context.js";

export interface Connection<Row> {
  readonly edges: readonly { readonly cursor: string; readonly node: Row }[];
  readonly nodes: readonly Row[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
  /** A function in a field's place is called when the field is selected: so the count is made only then. */
  readonly totalCount: () => Promise<number>;
  readonly totalCountIsExact: () => Promise<boolean>;
}

export type Placed<Row> = Row & PlacedRow;

export interface PageRange extends Range {
  /** Stands in cursors. */
  readonly listName: string;
  /** The page, if it was read with its parent. */
  readonly inlinedAs?: InlinedConnection;
  readonly inlined: readonly PageRange[];
}

/** Throws BAD_USER_INPUT or BAD_CURSOR for bad arguments. */
export function rangeOf<Row, Field extends string>(
  context: ReadContext,
  list: List<Row, Field>,
  input: ConnectionInput<Field>,
  condition?: Condition,
): PageRange {
  const { field, direction } = input.orderBy ?? list.defaultOrder;
  const order: Order = list.orders[field];
  const listName = `${list.name}.${field}`;
  const page = checkPage(input, listName, order.type);
  return { context, list, listName, order, direction, condition, page, inlined: inlinedRanges(context, list.entity) };
}

/** The recursion ends: rows with inlined pages come from one place of the document. */
function inlinedRanges(context: ReadContext, { type }: AnyEntity): PageRange[] {
  const { prime, selected } = context;
  if (prime === undefined) return [];
  return (selected.inlined.get(type) ?? []).flatMap((inlinedAs) => {
    try {
      return { ...rangeOf(context, inlinedAs.list, inlinedAs.input), inlinedAs };
    } catch (error) {
      // Bad arguments are refused where they stand.
      if (error instanceof ParleyError) return [];
      throw error;
    }
  });
}

/** Of the objects that `json_agg` makes of the rows of a page: each has a property for each column. */
export function shapeOfJson(names: readonly string[], { order }: Range): RowMapper {
  const isTime = (name: string) => name.endsWith("At") || (name === "key" && order.type === "timestamptz");
  return new RowMapper(names.map((name) => ({ name, parse: isTime(name) ? rfc3339OfJson : asItIs })));
}

/** Page fields, computed lazily: most operations select neither edges nor cursors. */
export class Page<Row> implements Connection<Row> {
  readonly nodes: readonly Placed<Row>[];
  readonly #range: PageRange;
  readonly #rows: readonly Placed<Row>[];
  readonly #count: () => Promise<number>;

  /** `count` counts the items of the list, up to one more than `maxCounted`. The same promise each time. */
  constructor(range: PageRange, rows: Placed<Row>[], count: () => Promise<number>) {
    const { page, inlined, context } = range;
    const items = this.#items(rows);
    const nodes = items.length > page.size ? items.slice(0, page.size) : items;
    this.nodes = page.fromEnd ? nodes.toReversed() : nodes;
    this.#count = count;
    this.#range = range;
    this.#rows = rows;
    for (const [index, { inlinedAs }] of inlined.entries()) {
      if (inlinedAs === undefined) continue;
      const column = inlinedColumn(index);
      for (const node of this.nodes) context.prime?.(inlinedAs, node.id, Reflect.get(node, column));
    }
  }

  get edges(): { readonly cursor: string; readonly node: Row }[] {
    const { selected } = this.#range.context;
    return this.nodes.map((node) => ({ node, cursor: selected.cursors ? this.#cursorOf(node) : "" }));
  }

  get pageInfo(): Connection<Row>["pageInfo"] {
    const { page, context } = this.#range;
    const { selected } = context;
    const hasMore = this.#items(this.#rows).length > page.size;
    const hasBefore = this.#rows.some((row) => row.part === "before");
    const hasAfter = this.#rows.some((row) => row.part === "after");
    const [first] = this.nodes;
    const last = this.nodes.at(-1);
    return {
      hasNextPage: page.fromEnd ? hasAfter : hasMore || hasAfter,
      hasPreviousPage: page.fromEnd ? hasMore || hasBefore : hasBefore,
      startCursor: selected.cursors && first !== undefined ? this.#cursorOf(first) : null,
      endCursor: selected.cursors && last !== undefined ? this.#cursorOf(last) : null,
    };
  }

  async totalCount(): Promise<number> {
    return Math.min(await this.#count(), maxCounted);
  }

  async totalCountIsExact(): Promise<boolean> {
    return (await this.#count()) <= maxCounted;
  }

  #items(rows: readonly Placed<Row>[]): readonly Placed<Row>[] {
    return rows[0]?.part === undefined ? rows : rows.filter(({ part }) => part === "page");
  }

  #cursorOf({ key, id }: PlacedRow): string {
    return toCursor(this.#range.listName, { key: String(key), id });
  }
}
