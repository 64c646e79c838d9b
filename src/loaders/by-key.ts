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

/** Whether a row exists for each key: `text` takes the keys as `$1` and `who` as `$2`, and selects the keys found as `key`. */
export function existenceLoader(query: Query, text: string, who: number): DataLoader<number, boolean> {
  return new DataLoader(async (keys) => {
    const rows = await query<{ key: number }>(text, [keys, who]);
    const found = new Set(rows.map((row) => row.key));
    return keys.map((key) => found.has(key));
  });
}
