/** SQL of one page of a list, in one statement for any number of parents. Pure: texts and parameters, no database. */
import type { SqlValue } from "../db/database.js";
import { authorSql } from "./authors.js";
import { selectList } from "./columns.js";
import { user } from "./entities/user.js";
import { type AnyEntity, hasViewerFields } from "./entity.js";
import type { Condition, List, Order, OrderDirection } from "./list.js";
import { propertiesOf } from "./look-ahead.js";
import { maxItems, type PageRequest } from "./page-arguments.js";
import type { ReadContext } from "./read-context.js";
import { visibilitySql } from "./visibility.js";

/** Pages up to this size share a plan, and so do those above. */
const fewItems = 10;

export interface Statement {
  readonly text: string;
  readonly values: readonly SqlValue[];
}

/** Columns that a page statement adds to a row. */
export interface PlacedRow {
  /** The row's own. */
  readonly id: number;
  /** Id of the parent, in a list that has one. */
  readonly parent?: number;
  /** `page`: an item. `before`, `after`: shows that there are items before or after the page. Absent: an item. */
  readonly part?: "page" | "before" | "after";
  /** The value it is ordered by, if cursors are selected. */
  readonly key?: string | number;
}

export interface Range {
  readonly list: List<unknown>;
  readonly order: Order;
  readonly direction: OrderDirection;
  readonly page: PageRequest;
  readonly condition: Condition | undefined;
  readonly context: ReadContext;
  /** Pages of the lists of each item, read with it as the JSON of `inlinedColumn`. */
  readonly inlined: readonly Range[];
}

export const inlinedColumn = (index: number) => `page${index}`;

/**
 * Reads the items of each parent. If it is selected whether there are others, also one more item, and with a cursor or an
 * offset one item on its other side.
 */
export function pageStatement(range: Range, parents: readonly number[] | undefined): Statement {
  const values: SqlValue[] = parents === undefined ? [] : [parents];
  const page = pageSql(range, values);
  if (parents === undefined) return { text: page, values };
  const text = `SELECT parent.id AS parent, t.* FROM unnest($1::int8[]) AS parent(id) CROSS JOIN LATERAL (${page}) AS t`;
  return { text, values };
}

function pageSql(range: Range, values: SqlValue[]): string {
  const parts = pageParts(range, values);
  const [only = ""] = parts;
  return parts.length === 1 ? only : parts.map((part) => `(${part})`).join("\nUNION ALL\n");
}

/** A page of the list that the row under `alias` is the parent of. */
function inlinedSql(range: Range, alias: string, values: SqlValue[]): string {
  const page = `(SELECT ${alias}.id) AS parent(id) CROSS JOIN LATERAL (${pageSql(range, values)}) AS t`;
  return `(SELECT json_agg(t) FROM ${page})`;
}

function pageParts(range: Range, values: SqlValue[]): string[] {
  const { after, before, offset } = range.page;
  const parts: string[] = [];
  const hasOthers = range.context.selected.neighbours && (after !== undefined || before !== undefined || offset > 0);
  parts.push(pagePart(range, values, hasOthers));
  if (!hasOthers) return parts;
  if (after !== undefined) parts.push(oneItem(range, "before", outside(range, "after", values), values));
  if (offset > 0) parts.push(oneItem(range, "before", inside(range, values), values));
  if (before !== undefined) parts.push(oneItem(range, "after", outside(range, "before", values), values));
  return parts;
}

/** Items a page statement reads per parent: one more than the page size, to know whether there are more. */
function itemsRead({ page, context }: Pick<Range, "page" | "context">): number {
  return context.selected.neighbours ? page.size + 1 : page.size;
}

/** Items that are counted at most, of each parent: to count more would take as long as the table is large. */
export const maxCounted = 10_000;

/**
 * Counts the items of each parent, or of the whole list, up to one more than `maxCounted`: rows of `parent` and
 * `count`.
 */
export function countStatement(
  { visibility }: Pick<ReadContext, "visibility">,
  list: List<unknown>,
  condition: Condition | undefined,
  parents: readonly number[] | undefined,
): Statement {
  const values: SqlValue[] = parents === undefined ? [] : [parents];
  const ofOne = list.parent === undefined ? "" : ` AND ${list.parent} = parent.id`;
  const items = `SELECT FROM ${list.table} AS ${list.alias}
    WHERE ${list.where}${visibilitySql(list, visibility, values)}${conditionSql(condition, values)}${ofOne}${inInterval(condition)} LIMIT ${maxCounted + 1}`;
  const count = `(SELECT count(*) FROM (${items}) AS items) AS count`;
  if (list.parent === undefined) return { text: `SELECT NULL AS parent, ${count}`, values };
  return { text: `SELECT parent.id AS parent, ${count} FROM unnest($1::int8[]) AS parent(id)`, values };
}

/** Rows outside the interval may lie before all others in the table: in this order they are not read. */
function inInterval(condition: Condition | undefined): string {
  return condition?.interval === undefined ? "" : ` ORDER BY ${condition.interval}`;
}

function pagePart(range: Range, values: SqlValue[], isMarked: boolean): string {
  const { page, condition, list } = range;
  const direction = page.fromEnd ? opposite(range.direction) : range.direction;
  const part = isMarked ? "page" : undefined;
  const rows = select(range, inside(range, values), direction, values);
  const size = `LIMIT $${values.push(itemsRead(range))}`;
  const offset = page.offset === 0 ? "" : ` OFFSET $${values.push(page.offset)}`;
  if (condition !== undefined) return place(range, part, `${rows} ${size}${offset}`, direction, values);
  // With a known maximum, PostgreSQL uses one plan for all sizes and need not plan the statement each time.
  const most = page.size > fewItems ? maxItems : fewItems;
  const cut = `SELECT * FROM (${rows} LIMIT ${most + 1}${offset}) AS ${list.alias} ${orderBy(range, direction)} ${size}`;
  return place(range, part, cut, direction, values);
}

function oneItem(range: Range, part: "before" | "after", bounds: string, values: SqlValue[]): string {
  return place(range, part, `${select(range, bounds, range.direction, values)} LIMIT 1`, range.direction, values);
}

/** Joined tables are read only for the rows of the page, not for skipped ones. */
function place(
  { list, order, context, inlined, ...range }: Range,
  part: PlacedRow["part"],
  rows: string,
  direction: OrderDirection,
  values: SqlValue[],
): string {
  const { selected } = context;
  const { entity, rowAlias: alias } = list;
  const viewer = viewerParameter(context, entity, values);
  const columns = [selectList({ entity, alias, properties: propertiesOf(selected, entity), viewer })];
  const joins = [list.join];
  if (part !== undefined) columns.push(`'${part}' AS part`);
  if (selected.cursors) columns.push(`${order.column} AS key`);
  if (selected.authors.has(entity)) {
    const author = authorSql(alias, selected, viewer);
    columns.push(author.columns);
    joins.push(author.join);
  }
  for (const [index, each] of inlined.entries()) {
    const isItem = part === undefined || part === "page";
    columns.push(`${isItem ? inlinedSql(each, alias, values) : "NULL::json"} AS ${inlinedColumn(index)}`);
  }
  return `SELECT ${columns.join(", ")}
    FROM (${rows}) AS ${list.alias} ${joins.join(" ")} ${orderBy({ list, order, context, inlined, ...range }, direction)}`;
}

/** The parameter for the viewer's id, if viewer fields of these rows, or of their authors, are selected. */
export function viewerParameter(
  { selected, viewerId }: ReadContext,
  entity: AnyEntity,
  values: SqlValue[],
): string | undefined {
  if (viewerId === null) return undefined;
  const isOfAuthor = selected.authors.has(entity) && hasViewerFields(user, propertiesOf(selected, user));
  if (!isOfAuthor && !hasViewerFields(entity, propertiesOf(selected, entity))) return undefined;
  return `$${values.push(viewerId)}`;
}

function select(range: Range, bounds: string, direction: OrderDirection, values: SqlValue[]): string {
  const { list, condition, context } = range;
  const shown = visibilitySql(list, context.visibility, values);
  return `SELECT ${list.alias}.* FROM ${list.table} AS ${list.alias}
    WHERE ${list.where}${ofParent(list)}${shown}${conditionSql(condition, values)}${bounds} ${orderBy(range, direction)}`;
}

/**
 * The rows of a parent are selected as an interval of the index: with `=`, PostgreSQL estimates the average number of
 * rows per parent, and sorts the thousands of rows of a popular one for each page.
 */
function ofParent({ parent }: List<unknown>): string {
  return parent === undefined ? "" : ` AND ${parent} >= parent.id AND ${parent} <= parent.id`;
}

/** After `after`, before `before`. */
function inside(range: Range, values: SqlValue[]): string {
  const edges = ["after", "before"] as const;
  return edges.map((edge) => compare(range, edge, isUpwardFrom(range, edge) ? ">" : "<", values)).join("");
}

/** At the cursor or on its other side. */
function outside(range: Range, edge: "after" | "before", values: SqlValue[]): string {
  return compare(range, edge, isUpwardFrom(range, edge) ? "<=" : ">=", values);
}

/** Whether the rows inside the page have greater keys. */
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
