/** Batching loader of single rows by key: one statement for all keys of a turn, results in the order of the keys. */
import DataLoader from "dataloader";
import type { SqlValue } from "../db/database.js";
import { authorSql } from "./authors.js";
import { selectList } from "./columns.js";
import type { Lookup, ViewerField } from "./entity.js";
import { type Statement, viewerParameter } from "./list-sql.js";
import { propertiesOf, type SelectedFields } from "./look-ahead.js";
import { type ReadContext, unrestrictedContext } from "./read-context.js";
import { isVisible, visibilityNeeds } from "./visibility.js";

export type Loader<Key, Value> = Pick<DataLoader<Key, Value>, "load">;

/** A key without a row, or with one that is not shown, is null. */
export function rowLoader<Key extends number | string, Row extends { readonly id: number }>(
  context: ReadContext,
  lookup: Lookup<Key, Row>,
): Loader<Key, Row | null> {
  const { query, visibility } = lookup.isUnrestricted ? unrestrictedContext(context) : context;
  return new DataLoader<Key, Row | null>(async (keys) => {
    const { text, values } = rowsByKey(context, lookup, keys as SqlValue);
    const rows = (await query<Row>(text, values)).filter((row) => isVisible(lookup.entity, row, visibility));
    const byKey = new Map(rows.map((row) => [lookup.keyOf(row), row]));
    return keys.map((key) => byKey.get(key) ?? null);
  });
}

function rowsByKey<Key, Row>(context: ReadContext, lookup: Lookup<Key, Row>, keys: SqlValue): Statement {
  const { entity, column } = lookup;
  const values = [keys];
  const viewer = viewerParameter(context, entity, values);
  const { selected } = context;
  const known = textsOf(selected);
  const name = `${entity.type} ${column} ${viewer}`;
  const text = known.get(name) ?? textOf(selected, lookup, viewer);
  known.set(name, text);
  return { text, values };
}

function textOf<Key, Row>(
  selected: SelectedFields,
  { entity, column, keyType, needs }: Lookup<Key, Row>,
  viewer: string | undefined,
): string {
  const { table, join, visibility } = entity;
  const properties = new Set([...propertiesOf(selected, entity), ...needs, ...visibilityNeeds[visibility]]);
  const own = selectList({ entity, alias: "r", properties, viewer });
  const where = `WHERE r.${column} = ANY($1::${keyType}[])`;
  if (!selected.authors.has(entity)) return `SELECT ${own} FROM ${table} AS r ${join} ${where}`;
  const author = authorSql("r", selected, viewer);
  return `SELECT ${own}, ${author.columns} FROM ${table} AS r ${author.join} ${where}`;
}

/** By type, key and parameter for the viewer: for the same document they are the same. */
const texts = new WeakMap<SelectedFields, Map<string, string>>();

function textsOf(selected: SelectedFields): Map<string, string> {
  const known = texts.get(selected) ?? new Map<string, string>();
  texts.set(selected, known);
  return known;
}

/** A viewer and a row. */
export interface ViewerFieldKey {
  readonly viewerId: number;
  readonly id: number;
}

/** Whether a link exists, for any number of viewers. */
export function viewerFieldLoader(
  { query }: ReadContext,
  { table, viewerColumn, idColumn }: ViewerField,
): Loader<ViewerFieldKey, boolean> {
  const cacheKeyFn = ({ viewerId, id }: ViewerFieldKey) => `${viewerId} ${id}`;
  const text = `SELECT asked.viewer AS "viewerId", asked.id FROM unnest($1::int8[], $2::int8[]) AS asked(viewer, id)
    JOIN ${table} AS l ON l.${viewerColumn} = asked.viewer AND l.${idColumn} = asked.id`;
  const read = async (keys: readonly ViewerFieldKey[]) => {
    const rows = await query<ViewerFieldKey>(text, [keys.map(({ viewerId }) => viewerId), keys.map(({ id }) => id)]);
    const found = new Set(rows.map(cacheKeyFn));
    return keys.map((key) => found.has(cacheKeyFn(key)));
  };
  return new DataLoader<ViewerFieldKey, boolean, string>(read, { cacheKeyFn });
}
