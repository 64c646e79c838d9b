/** Relay connections over lists: pages of many parents in one statement, totals only when asked for. */
import DataLoader from "dataloader";
import { toCursor } from "../db/cursor.js";
import type { List, Order, OrderDirection } from "./list.js";
import { type Condition, countStatement, type PlacedRow, pageStatement } from "./list-sql.js";
import { checkPage, type PageInput } from "./page-arguments.js";
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

/** Arguments of a connection field, with its order if it has one. */
export interface ConnectionInput<Field extends string> extends PageInput {
  readonly orderBy?: { readonly field: Field; readonly direction: OrderDirection } | null | undefined;
}

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

/** Pages of a list of each parent. One loader for a request: same list and arguments, one statement. */
export class ConnectionLoader<Row, Field extends string> {
  readonly #reading: Reading;
  readonly #list: List<Row, Field>;
  readonly #pages = new Map<string, DataLoader<number, Connection<Row>>>();
  #counts: DataLoader<number, number> | undefined;
  #last: { readonly input: ConnectionInput<Field>; readonly loader: DataLoader<number, Connection<Row>> } | undefined;

  constructor(reading: Reading, list: List<Row, Field>) {
    this.#reading = reading;
    this.#list = list;
  }

  /** The page of one parent's list. Throws BAD_USER_INPUT or BAD_CURSOR for bad arguments. */
  load(parent: number, input: ConnectionInput<Field>): Promise<Connection<Row>> {
    return this.#loaderOf(input).load(parent);
  }

  #loaderOf(input: ConnectionInput<Field>): DataLoader<number, Connection<Row>> {
    if (this.#last !== undefined && isSamePage(this.#last.input, input)) return this.#last.loader;
    const key = keyOf(input);
    let loader = this.#pages.get(key);
    if (loader === undefined) {
      const range = rangeOf(this.#reading, this.#list, input, undefined);
      loader = new DataLoader((parents) => this.#readPages(range, parents));
      this.#pages.set(key, loader);
    }
    this.#last = { input, loader };
    return loader;
  }

  async #readPages(range: ReturnType<typeof rangeOf>, parents: readonly number[]): Promise<Connection<Row>[]> {
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

type Range = ReturnType<typeof rangeOf>;

function rangeOf<Row, Field extends string>(
  reading: Reading,
  list: List<Row, Field>,
  input: ConnectionInput<Field>,
  condition: Condition | undefined,
) {
  const { field, direction } = input.orderBy ?? list.defaultOrder;
  const order: Order = list.orders[field];
  const listName = `${list.name}.${field}`;
  return { reading, list, listName, order, direction, condition, page: checkPage(input, listName, order.type) };
}

/** A page as its fields are asked for: most operations want neither edges nor cursors. */
class Page<Row> implements Connection<Row> {
  readonly nodes: readonly Placed<Row>[];
  readonly totalCount: () => Promise<number>;
  readonly #range: Range;
  readonly #rows: readonly Placed<Row>[];

  constructor(range: Range, rows: Placed<Row>[], totalCount: () => Promise<number>) {
    const { page } = range;
    const items = this.#items(rows);
    const nodes = items.length > page.size ? items.slice(0, page.size) : items;
    this.nodes = page.fromEnd ? nodes.toReversed() : nodes;
    this.totalCount = totalCount;
    this.#range = range;
    this.#rows = rows;
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
