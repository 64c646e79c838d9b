/** SQL of one page of a list, for one statement however many parents there are. Pure: texts and parameters, no database. */
import type { SqlValue } from "../db/database.js";
import type { List, Order, OrderDirection } from "./list.js";
import { mostItems, type PageRequest } from "./page-arguments.js";

/** Pages up to this size share a plan, and so do those above. */
const fewItems = 10;

/** Further conditions on a list: SQL of ours with `?` for each value. */
export interface Condition {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

export interface Statement {
  readonly text: string;
  readonly values: readonly SqlValue[];
}

/** What a page statement adds to a row. */
export interface PlacedRow {
  /** Id of the parent; null in a list of the whole table. */
  readonly parent: number | null;
  /** `page`: an item. `low`: there are items before it. `high`: there is one at or behind `before`. */
  readonly part: "page" | "low" | "high";
  readonly key: string | number;
  readonly keyId: number;
}

interface Range {
  readonly list: List<unknown>;
  readonly order: Order;
  readonly direction: OrderDirection;
  readonly page: PageRequest;
  readonly condition: Condition | undefined;
}

/**
 * Reads `page.size + 1` items of each parent (one more tells whether there is a next page), and where a cursor or an
 * offset was given one item on its other side, which tells whether there is a previous page.
 */
export function pageStatement(range: Range, parents: readonly number[] | undefined): Statement {
  const values: SqlValue[] = parents === undefined ? [] : [parents];
  const { after, before, offset } = range.page;
  const parts = [pagePart(range, values)];
  if (after !== undefined) parts.push(oneItem(range, "low", outside(range, "after", values), values));
  if (offset > 0) parts.push(oneItem(range, "low", inside(range, values), values));
  if (before !== undefined) parts.push(oneItem(range, "high", outside(range, "before", values), values));
  const union = parts.map((part) => `(${part})`).join("\nUNION ALL\n");
  if (parents === undefined) return { text: `SELECT NULL AS parent, t.* FROM (${union}) AS t`, values };
  const text = `SELECT parent.id AS parent, t.* FROM unnest($1::int8[]) AS parent(id) CROSS JOIN LATERAL (${union}) AS t`;
  return { text, values };
}

/** Counts the items of each parent, or of the whole list: rows of `parent` and `count`. */
export function countStatement(
  list: List<unknown>,
  condition: Condition | undefined,
  parents: readonly number[] | undefined,
): Statement {
  const values: SqlValue[] = parents === undefined ? [] : [parents];
  const count = `SELECT count(*) FROM ${list.table} AS ${list.alias} WHERE ${list.where}${conditionSql(condition, values)}`;
  if (list.parent === undefined) return { text: `SELECT NULL AS parent, (${count}) AS count`, values };
  const text = `SELECT parent.id AS parent, (${count} AND ${list.parent} = parent.id) AS count
    FROM unnest($1::int8[]) AS parent(id)`;
  return { text, values };
}

function pagePart(range: Range, values: SqlValue[]): string {
  const { page, condition, list } = range;
  const direction = page.fromEnd ? opposite(range.direction) : range.direction;
  const rows = select(range, inside(range, values), direction, values);
  const size = `LIMIT $${values.push(page.size + 1)}`;
  const offset = page.offset === 0 ? "" : ` OFFSET $${values.push(page.offset)}`;
  if (condition !== undefined) return place(range, "page", `${rows} ${size}${offset}`, direction);
  // Told how many it can be, PostgreSQL keeps one plan for all sizes, and need not plan the statement each time.
  const most = page.size > fewItems ? mostItems : fewItems;
  const cut = `SELECT * FROM (${rows} LIMIT ${most + 1}${offset}) AS ${list.alias} ${orderBy(range, direction)} ${size}`;
  return place(range, "page", cut, direction);
}

function oneItem(range: Range, part: "low" | "high", bounds: string, values: SqlValue[]): string {
  return place(range, part, `${select(range, bounds, range.direction, values)} LIMIT 1`, range.direction);
}

/** What a list is joined to is read for the rows that are left, not for those that were skipped. */
function place(range: Range, part: PlacedRow["part"], rows: string, direction: OrderDirection): string {
  const { list, order } = range;
  return `SELECT '${part}' AS part, ${order.column} AS key, ${list.id} AS "keyId", ${list.columns}
    FROM (${rows}) AS ${list.alias} ${list.join} ${orderBy(range, direction)}`;
}

function select(range: Range, bounds: string, direction: OrderDirection, values: SqlValue[]): string {
  const { list, condition } = range;
  return `SELECT ${list.alias}.* FROM ${list.table} AS ${list.alias}
    WHERE ${list.where}${ofParent(list)}${conditionSql(condition, values)}${bounds} ${orderBy(range, direction)}`;
}

/**
 * A parent's rows are an interval of the index, and it is as such that they are asked for: with `=`, PostgreSQL takes the
 * average number of rows for the number this parent has, and sorts the thousands of a popular one for each page.
 */
function ofParent({ parent }: List<unknown>): string {
  return parent === undefined ? "" : ` AND ${parent} >= parent.id AND ${parent} <= parent.id`;
}

/** After `after`, before `before`. */
function inside(range: Range, values: SqlValue[]): string {
  const edges = ["after", "before"] as const;
  return edges.map((edge) => compare(range, edge, isUpwardFrom(range, edge) ? ">" : "<", values)).join("");
}

/** At the place or on its far side. */
function outside(range: Range, edge: "after" | "before", values: SqlValue[]): string {
  return compare(range, edge, isUpwardFrom(range, edge) ? "<=" : ">=", values);
}

/** Whether what is inside has greater keys. */
function isUpwardFrom({ direction }: Range, edge: "after" | "before"): boolean {
  return (edge === "after") === (direction === "ASC");
}

function compare(range: Range, edge: "after" | "before", operator: string, values: SqlValue[]): string {
  const position = range.page[edge];
  if (position === undefined) return "";
  const parent = range.list.parent === undefined ? "" : "parent.id, ";
  const place = `$${values.push(position.key)}::${range.order.type}, $${values.push(position.id)}::int8`;
  return ` AND (${sortColumns(range).join(", ")}) ${operator} (${parent}${place})`;
}

function orderBy(range: Range, direction: OrderDirection): string {
  const columns = sortColumns(range).map((column) => `${column} ${direction}`);
  return `ORDER BY ${columns.join(", ")}`;
}

/** The columns of the index that a list is read from, the parent's first. */
function sortColumns({ list, order }: Range): string[] {
  return [...(list.parent === undefined ? [] : [list.parent]), order.column, list.id];
}

function conditionSql(condition: Condition | undefined, values: SqlValue[]): string {
  if (condition === undefined) return "";
  let next = 0;
  const sql = condition.sql.replaceAll("?", () => `$${values.push(condition.values[next++] ?? null)}`);
  return ` AND ${sql}`;
}

function opposite(direction: OrderDirection): OrderDirection {
  return direction === "ASC" ? "DESC" : "ASC";
}
