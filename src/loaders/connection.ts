/** Relay connections over lists: pages of many parents in one statement, totals only when asked for. */
import DataLoader from "dataloader";
import { toCursor } from "../db/cursor.js";
import type { Query } from "../db/database.js";
import type { List, Order, OrderDirection } from "./list.js";
import { type Condition, countStatement, type PlacedRow, pageStatement } from "./list-sql.js";
import { checkPage, type PageInput, type PageRequest } from "./page-arguments.js";
import type { CommentRow, PostRow, UserRow, WebhookAttemptRow, WebhookDeliveryRow, WebhookRow } from "./rows.js";

export interface Connection<Row> {
  readonly edges: readonly { readonly cursor: string; readonly node: Row }[];
  readonly nodes: readonly Row[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
  /** graphql-js calls a function it finds in a field's place: the count is made when it is selected. */
  readonly totalCount: () => Promise<number>;
}

export type UserPage = Connection<UserRow>;
export type PostPage = Connection<PostRow>;
export type CommentPage = Connection<CommentRow>;
export type WebhookPage = Connection<WebhookRow>;
export type WebhookDeliveryPage = Connection<WebhookDeliveryRow>;
export type WebhookAttemptPage = Connection<WebhookAttemptRow>;

/** Arguments of a connection field, with its order if it has one. */
export interface ConnectionInput<Field extends string> extends PageInput {
  readonly orderBy?: { readonly field: Field; readonly direction: OrderDirection } | null | undefined;
}

type Placed<Row> = Row & PlacedRow;

/** A page of one list: of the whole table, or of one `parent`. Throws BAD_USER_INPUT or BAD_CURSOR for bad arguments. */
export async function loadConnection<Row, Field extends string>(
  query: Query,
  list: List<Row, Field>,
  input: ConnectionInput<Field>,
  { parent, condition }: { readonly parent?: number | undefined; readonly condition?: Condition | undefined } = {},
): Promise<Connection<Row>> {
  const range = rangeOf(list, input, condition);
  const parents = parent === undefined ? undefined : [parent];
  const { text, values } = pageStatement(range, parents);
  const rows = await query<Placed<Row>>(text, values);
  const count = countStatement(list, condition, parents);
  const totalCount = async () => (await query<{ count: number }>(count.text, count.values))[0]?.count ?? 0;
  return toConnection(range.listName, range.page, rows, totalCount);
}

/** Pages of a list of each parent. One loader for a request: same list and arguments, one statement. */
export class ConnectionLoader<Row, Field extends string> {
  readonly #query: Query;
  readonly #list: List<Row, Field>;
  readonly #pages = new Map<string, DataLoader<number, Connection<Row>>>();
  readonly #counts: DataLoader<number, number>;

  constructor(query: Query, list: List<Row, Field>) {
    this.#query = query;
    this.#list = list;
    this.#counts = new DataLoader((parents) => this.#readCounts(parents));
  }

  /** The page of one parent's list. Throws BAD_USER_INPUT or BAD_CURSOR for bad arguments. */
  load(parent: number, input: ConnectionInput<Field>): Promise<Connection<Row>> {
    const { first, last, after, before, offset, orderBy } = input;
    const key = JSON.stringify([first, last, after, before, offset, orderBy?.field, orderBy?.direction]);
    let loader = this.#pages.get(key);
    if (loader === undefined) {
      const range = rangeOf(this.#list, input, undefined);
      loader = new DataLoader((parents) => this.#readPages(range, parents));
      this.#pages.set(key, loader);
    }
    return loader.load(parent);
  }

  async #readPages(range: ReturnType<typeof rangeOf>, parents: readonly number[]): Promise<Connection<Row>[]> {
    const { text, values } = pageStatement(range, parents);
    const rows = await this.#query<Placed<Row>>(text, values);
    const byParent = groupByParent(rows);
    return parents.map((parent) =>
      toConnection(range.listName, range.page, byParent.get(parent) ?? [], () => this.#counts.load(parent)),
    );
  }

  async #readCounts(parents: readonly number[]): Promise<number[]> {
    const { text, values } = countStatement(this.#list, undefined, parents);
    const rows = await this.#query<{ parent: number; count: number }>(text, values);
    const counts = new Map(rows.map((row) => [row.parent, row.count]));
    return parents.map((parent) => counts.get(parent) ?? 0);
  }
}

function groupByParent<Row extends PlacedRow>(rows: readonly Row[]): Map<number | null, Row[]> {
  const groups = new Map<number | null, Row[]>();
  for (const row of rows) {
    const group = groups.get(row.parent);
    if (group === undefined) groups.set(row.parent, [row]);
    else group.push(row);
  }
  return groups;
}

function rangeOf<Row, Field extends string>(
  list: List<Row, Field>,
  input: ConnectionInput<Field>,
  condition: Condition | undefined,
) {
  const { field, direction } = input.orderBy ?? list.defaultOrder;
  const order: Order = list.orders[field];
  const listName = `${list.name}.${field}`;
  return { list, listName, order, direction, condition, page: checkPage(input, listName, order.type) };
}

function toConnection<Row>(
  listName: string,
  page: PageRequest,
  rows: readonly Placed<Row>[],
  totalCount: () => Promise<number>,
): Connection<Row> {
  const read = rows.filter((row) => row.part === "page");
  const hasMore = read.length > page.size;
  const nodes = read.slice(0, page.size);
  if (page.fromEnd) nodes.reverse();
  const hasLow = rows.some((row) => row.part === "low");
  const hasHigh = rows.some((row) => row.part === "high");
  const edges = nodes.map((node) => ({ node, cursor: toCursor(listName, { key: String(node.key), id: node.keyId }) }));
  return {
    edges,
    nodes,
    pageInfo: {
      hasNextPage: page.fromEnd ? hasHigh : hasMore || hasHigh,
      hasPreviousPage: page.fromEnd ? hasMore || hasLow : hasLow,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    totalCount,
  };
}
