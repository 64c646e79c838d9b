/** Batching loader of single rows by key: one statement for all keys of a turn, results in the order of the keys. */
import DataLoader from "dataloader";
import type { SqlValue } from "../db/database.js";
import { authorSql } from "./authors.js";
import { type RowType, selectList, type ViewerField } from "./columns.js";
import { type Statement, viewerParameter } from "./list-sql.js";
import type { ReadContext, SelectedFields } from "./look-ahead.js";
import { isVisible, visibilityNeeds } from "./visibility.js";

/** Where a row of one type is found. */
export interface RowPlace<Key, Row> {
  readonly rowType: RowType;
  readonly table: string;
  /** What else its columns need, beside the table `AS r`. */
  readonly join?: string;
  /** The column that holds the key, and its type. */
  readonly column: string;
  readonly keyType: "int8" | "text";
  /** Returns the key of a row; it is always read. */
  readonly keyOf: (row: Row) => Key;
  /** Columns required for that, besides the id. */
  readonly needs?: readonly string[];
}

/** What most requests use one or two of: the DataLoader is made when something is loaded. */
export type Loader<Key, Value> = Pick<DataLoader<Key, Value>, "load">;

function whenUsed<Key, Value, CacheKey>(make: () => DataLoader<Key, Value, CacheKey>): Loader<Key, Value> {
  let loader: DataLoader<Key, Value, CacheKey> | undefined;
  return {
    load(key) {
      loader ??= make();
      return loader.load(key);
    },
  };
}

/** A key without a row, or with one that is not shown, is null. */
export function rowLoader<Key extends number | string, Row extends { readonly id: number }>(
  context: ReadContext,
  place: RowPlace<Key, Row>,
): Loader<Key, Row | null> {
  const { query, visibility } = context;
  const read = async (keys: readonly Key[]) => {
    const { text, values } = rowsByKey(context, place, keys as SqlValue);
    const rows = (await query<Row>(text, values)).filter((row) => isVisible(place.rowType, row, visibility));
    const byKey = new Map(rows.map((row) => [place.keyOf(row), row]));
    return keys.map((key) => byKey.get(key) ?? null);
  };
  return whenUsed(() => new DataLoader(read));
}

function rowsByKey<Key, Row>(context: ReadContext, place: RowPlace<Key, Row>, keys: SqlValue): Statement {
  const values = [keys];
  const viewer = viewerParameter(context, place.rowType, values);
  const { selected } = context;
  const known = textsOf(selected);
  const name = `${place.rowType} ${place.column} ${viewer}`;
  const text = known.get(name) ?? textOf(selected, place, viewer);
  known.set(name, text);
  return { text, values };
}

function textOf<Key, Row>(
  selected: SelectedFields,
  { rowType: type, table, join = "", column, keyType, needs = [] }: RowPlace<Key, Row>,
  viewer: string | undefined,
): string {
  const properties = new Set([...selected.properties[type], ...needs, ...(visibilityNeeds[type] ?? [])]);
  const own = selectList({ type, alias: "r", properties, viewer });
  const where = `WHERE r.${column} = ANY($1::${keyType}[])`;
  if (!selected.authors.has(type)) return `SELECT ${own} FROM ${table} AS r ${join} ${where}`;
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

/** Facts about a viewer and a row: likes, follows, blocks. */
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
  return whenUsed(() => new DataLoader<ViewerFieldKey, boolean, string>(read, { cacheKeyFn }));
}
