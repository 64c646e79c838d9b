/** A loader of single rows by key: one statement for all keys asked for in a turn, answers in the order of the keys. */
import DataLoader from "dataloader";
import type { Query, SqlValue } from "../db/database.js";

/** `text` takes the keys as array parameter `$1`; `keyOf` reads the key back from a row. A key without a row is null. */
export function rowLoader<Key extends number | string, Row>(
  query: Query,
  text: string,
  keyOf: (row: Row) => Key,
): DataLoader<Key, Row | null> {
  return new DataLoader(async (keys) => {
    const rows = await query<Row>(text, [keys as SqlValue]);
    const byKey = new Map(rows.map((row) => [keyOf(row), row]));
    return keys.map((key) => byKey.get(key) ?? null);
  });
}

/** What is asked of a viewer: do they like this, follow that one? */
export interface Fact {
  readonly viewerId: number;
  readonly id: number;
}

/** Whether a link exists in `table`, for facts of any number of viewers. The names are SQL of ours. */
export function factLoader(
  query: Query,
  table: string,
  viewerColumn: string,
  idColumn: string,
): DataLoader<Fact, boolean, string> {
  const cacheKeyFn = ({ viewerId, id }: Fact) => `${viewerId} ${id}`;
  const text = `SELECT asked.viewer AS "viewerId", asked.id FROM unnest($1::int8[], $2::int8[]) AS asked(viewer, id)
    JOIN ${table} AS l ON l.${viewerColumn} = asked.viewer AND l.${idColumn} = asked.id`;
  return new DataLoader<Fact, boolean, string>(
    async (facts) => {
      const rows = await query<Fact>(text, [facts.map(({ viewerId }) => viewerId), facts.map(({ id }) => id)]);
      const found = new Set(rows.map(cacheKeyFn));
      return facts.map((fact) => found.has(cacheKeyFn(fact)));
    },
    { cacheKeyFn },
  );
}
