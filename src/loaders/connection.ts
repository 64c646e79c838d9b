/** Relay connections over lists: pages of many parents in one statement, totals only when asked for. */
import DataLoader from "dataloader";
import { toCursor } from "../db/cursor.js";
import { RowShape } from "../db/row-shape.js";
import { rfc3339OfJson } from "../db/wire-types.js";
import { ParleyError } from "../errors.js";
import type { RowType } from "./columns.js";
import { type ConnectionInput, type List, lists, type Order } from "./list.js";
import { type Condition, countStatement, nestedColumn, type PlacedRow, pageStatement, type Range } from "./list-sql.js";
import type { Nested } from "./nested.js";
import { checkPage } from "./page-arguments.js";
import type {
  ApiKeyRow,
  AuditEntryRow,
  CommentRow,
  PostRow,
  ReportRow,
  UserRow,
  UserSessionRow,
  WebhookAttemptRow,
  WebhookDeliveryRow,
  WebhookRow,
} from "./rows.js";
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
}

export type UserPage = Connection<UserRow>;
export type PostPage = Connection<PostRow>;
export type CommentPage = Connection<CommentRow>;
export type WebhookPage = Connection<WebhookRow>;
export type WebhookDeliveryPage = Connection<WebhookDeliveryRow>;
export type WebhookAttemptPage = Connection<WebhookAttemptRow>;
export type ApiKeyPage = Connection<ApiKeyRow>;
export type UserSessionPage = Connection<UserSessionRow>;
export type ReportPage = Connection<ReportRow>;
export type AuditEntryPage = Connection<AuditEntryRow>;

type Placed<Row> = Row & PlacedRow;

/** A page of one list: of the whole table, or of one `parent`. Throws BAD_USER_INPUT or BAD_CURSOR for bad arguments. */
export async function loadConnection<Row, Field extends string>(
  reading: Reading,
  list: List<Row, Field>,
  input: ConnectionInput<Field>,
  { parent, condition }: { readonly parent?: number | undefined; readonly condition?: Condition | undefined } = {},
): Promise<Connection<Row>> {
  const { query } = reading;
  const range = rangeOf(reading, list, input, condition);
  const parents = parent === undefined ? undefined : [parent];
  const { text, values } = pageStatement(range, parents);
  const rows = await query<Placed<Row>>(text, values);
  const totalCount = async () => {
    const count = countStatement(reading, list, condition, parents);
    return (await query<{ count: number }>(count.text, count.values))[0]?.count ?? 0;
  };
  return new Page(range, rows, totalCount);
}

/** The same page of each parent. */
interface Pages<Row> {
  readonly range: PageRange;
  readonly loader: DataLoader<number, Connection<Row>>;
  /** Of those that were read with their parents. */
  shape?: RowShape;
}

/** Pages of a list of each parent. One loader for a request: same list and arguments, one statement. */
export class ConnectionLoader<Row, Field extends string> {
  readonly #reading: Reading;
  readonly #list: List<Row, Field>;
  readonly #pages = new Map<string, Pages<Row>>();
  #counts: DataLoader<number, number> | undefined;
  #last: { readonly input: ConnectionInput<Field>; readonly pages: Pages<Row> } | undefined;

  constructor(reading: Reading, list: List<Row, Field>) {
    this.#reading = reading;
    this.#list = list;
  }

  /** The page of one parent's list. Throws BAD_USER_INPUT or BAD_CURSOR for bad arguments. */
  load(parent: number, input: ConnectionInput<Field>): Promise<Connection<Row>> {
    return this.#pagesOf(input).loader.load(parent);
  }

  /** Keeps a page that was read with its parent: PostgreSQL's JSON of its rows, null for none. */
  prime(parent: number, input: ConnectionInput<Field>, json: unknown): void {
    const pages = this.#pagesOf(input);
    const { range, loader } = pages;
    // `json_agg` makes an object of each row, with a property for each column.
    const objects: readonly Record<string, unknown>[] = Array.isArray(json) ? json : [];
    const [first] = objects;
    if (first !== undefined) pages.shape ??= shapeOfJson(Object.keys(first), range);
    const rows = objects.map((each) => pages.shape?.rowOf(Object.values(each)) as Placed<Row>);
    loader.prime(parent, new Page(range, rows, () => this.#count(parent)));
  }

  #pagesOf(input: ConnectionInput<Field>): Pages<Row> {
    if (this.#last !== undefined && isSamePage(this.#last.input, input)) return this.#last.pages;
    const key = keyOf(input);
    let pages = this.#pages.get(key);
    if (pages === undefined) {
      const range = rangeOf(this.#reading, this.#list, input);
      pages = { range, loader: new DataLoader((parents) => this.#readPages(range, parents)) };
      this.#pages.set(key, pages);
    }
    this.#last = { input, pages };
    return pages;
  }

  async #readPages(range: PageRange, parents: readonly number[]): Promise<Connection<Row>[]> {
    const { text, values } = pageStatement(range, parents);
    const rows = await this.#reading.query<Placed<Row>>(text, values);
    const byParent = groupByParent(rows);
    return parents.map((parent) => new Page(range, byParent.get(parent) ?? [], () => this.#count(parent)));
  }

  #count(parent: number): Promise<number> {
    this.#counts ??= new DataLoader((parents) => this.#readCounts(parents));
    return this.#counts.load(parent);
  }

  async #readCounts(parents: readonly number[]): Promise<number[]> {
    const { text, values } = countStatement(this.#reading, this.#list, undefined, parents);
    const rows = await this.#reading.query<{ parent: number; count: number }>(text, values);
    const counts = new Map(rows.map((row) => [row.parent, row.count]));
    return parents.map((parent) => counts.get(parent) ?? 0);
  }
}

/** The same for the same page of another parent. */
function keyOf({ first, last, after, before, offset, orderBy }: ConnectionInput<string>): string {
  return JSON.stringify([first, last, after, before, offset, orderBy?.field, orderBy?.direction]);
}

/** Parent after parent is asked for the same page: seen at a glance, without a key for each. */
function isSamePage(one: ConnectionInput<string>, other: ConnectionInput<string>): boolean {
  return (
    one.first === other.first &&
    one.last === other.last &&
    one.after === other.after &&
    one.before === other.before &&
    one.offset === other.offset &&
    one.orderBy?.field === other.orderBy?.field &&
    one.orderBy?.direction === other.orderBy?.direction
  );
}

function groupByParent<Row extends PlacedRow>(rows: readonly Row[]): Map<number | undefined, Row[]> {
  const groups = new Map<number | undefined, Row[]>();
  for (const row of rows) {
    const group = groups.get(row.parent);
    if (group === undefined) groups.set(row.parent, [row]);
    else group.push(row);
  }
  return groups;
}

interface PageRange extends Range {
  /** Stands in cursors. */
  readonly listName: string;
  /** What the page is, if it is read with the row it hangs on. */
  readonly hangsOn?: Nested;
  readonly nested: readonly PageRange[];
}

function rangeOf<Row, Field extends string>(
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

function shapeOfJson(names: readonly string[], { order }: Range): RowShape {
  const isTime = (name: string) => name.endsWith("At") || (name === "key" && order.type === "timestamptz");
  return new RowShape(names.map((name) => ({ name, parse: isTime(name) ? rfc3339OfJson : asItIs })));
}

function asItIs(value: unknown): unknown {
  return value;
}

/** A page as its fields are asked for: most operations want neither edges nor cursors. */
class Page<Row> implements Connection<Row> {
  readonly nodes: readonly Placed<Row>[];
  readonly totalCount: () => Promise<number>;
  readonly #range: PageRange;
  readonly #rows: readonly Placed<Row>[];

  constructor(range: PageRange, rows: Placed<Row>[], totalCount: () => Promise<number>) {
    const { page, nested, reading } = range;
    const items = this.#items(rows);
    const nodes = items.length > page.size ? items.slice(0, page.size) : items;
    this.nodes = page.fromEnd ? nodes.toReversed() : nodes;
    this.totalCount = totalCount;
    this.#range = range;
    this.#rows = rows;
    for (const [index, { hangsOn }] of nested.entries()) {
      if (hangsOn === undefined) continue;
      for (const node of this.nodes) reading.take?.(hangsOn, node.id, Reflect.get(node, nestedColumn(index)));
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

  #items(rows: readonly Placed<Row>[]): readonly Placed<Row>[] {
    return rows[0]?.part === undefined ? rows : rows.filter(({ part }) => part === "page");
  }

  #cursorOf({ key, id }: PlacedRow): string {
    return toCursor(this.#range.listName, { key: String(key), id });
  }
}
