/** SQL of one page of a list, for one statement however many parents there are. Pure: texts and parameters, no database. */
import type { SqlValue } from "../db/database.js";
import type { List, Order, OrderDirection } from "./list.js";
import type { PageRequest } from "./page-arguments.js";

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
  /** `page`: an item. `low`, `high`: there is an item before `after`, or at or behind `before`. */
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
  const parts = [pagePart(range, values)];
  const { after, before, offset } = range.page;
  if (after !== undefined || offset > 0) parts.push(probe(range, "low", values));
  if (before !== undefined) parts.push(probe(range, "high", values));
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
  const filter = `${list.where}${conditionSql(condition, values)}`;
  if (list.parent === undefined) {
    return { text: `SELECT NULL AS parent, count(*) AS count FROM ${list.from} WHERE ${filter}`, values };
  }
  const text = `SELECT ${list.parent} AS parent, count(*) AS count FROM ${list.from}
    WHERE ${list.parent} = ANY($1::int8[]) AND ${filter} GROUP BY ${list.parent}`;
  return { text, values };
}

function pagePart(range: Range, values: SqlValue[]): string {
  const { page, direction } = range;
  const bounds = `${bound(range, "after", values)}${bound(range, "before", values)}`;
  const limit = `LIMIT $${values.push(page.size + 1)} OFFSET $${values.push(page.offset)}`;
  return select(range, "page", bounds, page.fromEnd ? opposite(direction) : direction, limit, values);
}

/** One item on the far side of a bound. Without `after`, an offset's far side is the start of the list. */
function probe(range: Range, part: "low" | "high", values: SqlValue[]): string {
  const edge = part === "low" ? "after" : "before";
  const position = range.page[edge];
  const inward = part === "low" ? range.direction : opposite(range.direction);
  const farSide = position === undefined ? "" : compare(range, position, inward === "ASC" ? "<=" : ">=", values);
  return select(range, part, farSide, range.direction, "LIMIT 1", values);
}

function select(
  { list, order, condition }: Range,
  part: PlacedRow["part"],
  bounds: string,
  direction: OrderDirection,
  limit: string,
  values: SqlValue[],
): string {
  const ofParent = list.parent === undefined ? "" : ` AND ${list.parent} = parent.id`;
  return `SELECT '${part}' AS part, ${order.column} AS key, ${list.id} AS "keyId", ${list.columns}
    FROM ${list.from} WHERE ${list.where}${ofParent}${conditionSql(condition, values)}${bounds}
    ORDER BY ${order.column} ${direction}, ${list.id} ${direction} ${limit}`;
}

function bound(range: Range, edge: "after" | "before", values: SqlValue[]): string {
  const position = range.page[edge];
  if (position === undefined) return "";
  const isUpward = (edge === "after") === (range.direction === "ASC");
  return compare(range, position, isUpward ? ">" : "<", values);
}

function compare(
  { list, order }: Range,
  position: { key: string; id: number },
  operator: string,
  values: SqlValue[],
): string {
  const key = `$${values.push(position.key)}::${order.type}`;
  return ` AND (${order.column}, ${list.id}) ${operator} (${key}, $${values.push(position.id)}::int8)`;
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
