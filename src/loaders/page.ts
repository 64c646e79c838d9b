/** One page of a list: the arguments, the rows read, and the fields of its connection. */
import { toCursor } from "../db/cursor.js";
import { asItIs, RowShape } from "../db/row-shape.js";
import { rfc3339OfJson } from "../db/wire-types.js";
import { ParleyError } from "../errors.js";
import type { RowType } from "./columns.js";
import { type ConnectionInput, type List, lists, type Order } from "./list.js";
import { type Condition, maxCounted, nestedColumn, type PlacedRow, type Range } from "./list-sql.js";
import type { Nested } from "./nested.js";
import { checkPage } from "./page-arguments.js";
import type { Reading } from "./wanted.js";

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
  readonly hangsOn?: Nested;
  readonly nested: readonly PageRange[];
}

/** Throws BAD_USER_INPUT or BAD_CURSOR for bad arguments. */
export function rangeOf<Row, Field extends string>(
  reading: Reading,
  list: List<Row, Field>,
  input: ConnectionInput<Field>,
  condition?: Condition,
): PageRange {
  const { field, direction } = input.orderBy ?? list.defaultOrder;
  const order: Order = list.orders[field];
  const listName = `${list.name}.${field}`;
  const page = checkPage(input, listName, order.type);
  return { reading, list, listName, order, direction, condition, page, nested: nestedRanges(reading, list.rowType) };
}

/** This comes to an end: rows that have nested pages come from one place of the operation. */
function nestedRanges(reading: Reading, type: RowType): PageRange[] {
  const { take, wanted } = reading;
  if (take === undefined) return [];
  return (wanted.nested.get(type) ?? []).flatMap((hangsOn) => {
    try {
      return { ...rangeOf(reading, listOf(hangsOn), hangsOn.input), hangsOn };
    } catch (error) {
      // Bad arguments are refused where they stand.
      if (error instanceof ParleyError) return [];
      throw error;
    }
  });
}

function listOf({ list }: Nested): List<unknown> {
  return lists[list];
}

/** Of the objects that `json_agg` makes of the rows of a page: each has a property for each column. */
export function shapeOfJson(names: readonly string[], { order }: Range): RowShape {
  const isTime = (name: string) => name.endsWith("At") || (name === "key" && order.type === "timestamptz");
  return new RowShape(names.map((name) => ({ name, parse: isTime(name) ? rfc3339OfJson : asItIs })));
}

/** Page fields, computed lazily: most operations select neither edges nor cursors. */
export class Page<Row> implements Connection<Row> {
  readonly nodes: readonly Placed<Row>[];
  readonly #range: PageRange;
  readonly #rows: readonly Placed<Row>[];
  readonly #count: () => Promise<number>;

  /** `count` counts the items of the list, up to one more than `maxCounted`. The same promise each time. */
  constructor(range: PageRange, rows: Placed<Row>[], count: () => Promise<number>) {
    const { page, nested, reading } = range;
    const items = this.#items(rows);
    const nodes = items.length > page.size ? items.slice(0, page.size) : items;
    this.nodes = page.fromEnd ? nodes.toReversed() : nodes;
    this.#count = count;
    this.#range = range;
    this.#rows = rows;
    for (const [index, { hangsOn }] of nested.entries()) {
      if (hangsOn === undefined) continue;
      const column = nestedColumn(index);
      for (const node of this.nodes) reading.take?.(hangsOn, node.id, Reflect.get(node, column));
    }
  }

  get edges(): { readonly cursor: string; readonly node: Row }[] {
    const { wanted } = this.#range.reading;
    return this.nodes.map((node) => ({ node, cursor: wanted.cursors ? this.#cursorOf(node) : "" }));
  }

  get pageInfo(): Connection<Row>["pageInfo"] {
    const { page, reading } = this.#range;
    const { wanted } = reading;
    const hasMore = this.#items(this.#rows).length > page.size;
    const hasLow = this.#rows.some((row) => row.part === "low");
    const hasHigh = this.#rows.some((row) => row.part === "high");
    const [first] = this.nodes;
    const last = this.nodes.at(-1);
    return {
      hasNextPage: page.fromEnd ? hasHigh : hasMore || hasHigh,
      hasPreviousPage: page.fromEnd ? hasMore || hasLow : hasLow,
      startCursor: wanted.cursors && first !== undefined ? this.#cursorOf(first) : null,
      endCursor: wanted.cursors && last !== undefined ? this.#cursorOf(last) : null,
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
