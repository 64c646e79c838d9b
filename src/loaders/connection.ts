/** Relay connections: pages of many parents in one statement, totals only if selected. */
import DataLoader from "dataloader";
import type { RowMapper } from "../db/row-mapper.js";
import type { ConnectionInput, List, ListSelection } from "./list.js";
import { countStatement, type PlacedRow, pageStatement } from "./list-sql.js";
import { type Connection, Page, type PageRange, type Placed, rangeOf, shapeOfJson } from "./page.js";
import { type ReadContext, unrestrictedContext } from "./read-context.js";

/** A page of one list: of the whole table, or of one `parent`. Throws BAD_USER_INPUT or BAD_CURSOR for bad arguments. */
export async function loadConnection<Row, Field extends string>(
  context: ReadContext,
  { list, parent, condition }: ListSelection<Row, Field>,
  input: ConnectionInput<Field>,
): Promise<Connection<Row>> {
  const query = condition === undefined ? context.query : (context.search ?? context.query);
  const range = rangeOf(context, list, input, condition);
  const parents = parent === undefined ? undefined : [parent];
  const { text, values } = pageStatement(range, parents);
  const rows = await query<Placed<Row>>(text, values);
  let counted: Promise<number> | undefined;
  const count = async () => {
    const statement = countStatement(context, list, condition, parents);
    return (await query<{ count: number }>(statement.text, statement.values))[0]?.count ?? 0;
  };
  return new Page(range, rows, () => {
    counted ??= count();
    return counted;
  });
}

/** The same page of each parent. */
interface Pages<Row> {
  readonly range: PageRange;
  readonly loader: DataLoader<number, Connection<Row>>;
  /** Pages that were read with their parents. */
  shape?: RowMapper;
}

/** Pages of a list of each parent. One loader for a request: same list and arguments, one statement. */
export class ConnectionLoader<Row, Field extends string> {
  readonly #context: ReadContext;
  readonly #list: List<Row, Field>;
  readonly #pages = new Map<string, Pages<Row>>();
  #counts: DataLoader<number, number> | undefined;
  #last: { readonly input: ConnectionInput<Field>; readonly pages: Pages<Row> } | undefined;

  constructor(context: ReadContext, list: List<Row, Field>) {
    this.#context = list.isUnrestricted === true ? unrestrictedContext(context) : context;
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
      const range = rangeOf(this.#context, this.#list, input);
      pages = { range, loader: new DataLoader((parents) => this.#readPages(range, parents)) };
      this.#pages.set(key, pages);
    }
    this.#last = { input, pages };
    return pages;
  }

  async #readPages(range: PageRange, parents: readonly number[]): Promise<Connection<Row>[]> {
    const { text, values } = pageStatement(range, parents);
    const rows = await this.#context.query<Placed<Row>>(text, values);
    const byParent = groupByParent(rows);
    return parents.map((parent) => new Page(range, byParent.get(parent) ?? [], () => this.#count(parent)));
  }

  #count(parent: number): Promise<number> {
    this.#counts ??= new DataLoader((parents) => this.#readCounts(parents));
    return this.#counts.load(parent);
  }

  async #readCounts(parents: readonly number[]): Promise<number[]> {
    const { text, values } = countStatement(this.#context, this.#list, undefined, parents);
    const rows = await this.#context.query<{ parent: number; count: number }>(text, values);
    const counts = new Map(rows.map((row) => [row.parent, row.count]));
    return parents.map((parent) => counts.get(parent) ?? 0);
  }
}

/** The same for the same page of another parent. */
function keyOf({ first, last, after, before, offset, orderBy }: ConnectionInput<string>): string {
  return JSON.stringify([first, last, after, before, offset, orderBy?.field, orderBy?.direction]);
}

/** Consecutive parents usually have the same page: comparing with the last one avoids building keys. */
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
