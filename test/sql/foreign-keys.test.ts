/** Every foreign key has an index: without one, deleting a row scans the tables that refer to it. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "../harness/database.js";

interface ForeignKey {
  readonly key: string;
  readonly columns: readonly string[];
  /** Columns of each whole, valid index of the same table. */
  readonly indexes: readonly (readonly string[])[];
}

const text = `
  SELECT k.conrelid::regclass::text || '.' || k.conname AS key,
    (SELECT json_agg(a.attname ORDER BY a.attname) FROM pg_attribute AS a
      WHERE a.attrelid = k.conrelid AND a.attnum = ANY(k.conkey)) AS columns,
    (SELECT json_agg(i.columns) FROM (
      SELECT (SELECT json_agg(a.attname ORDER BY c.place) FROM unnest(x.indkey) WITH ORDINALITY AS c(attnum, place)
        JOIN pg_attribute AS a ON a.attrelid = x.indrelid AND a.attnum = c.attnum) AS columns
      FROM pg_index AS x WHERE x.indrelid = k.conrelid AND x.indisvalid AND x.indpred IS NULL) AS i) AS indexes
  FROM pg_constraint AS k WHERE k.contype = 'f' ORDER BY key`;

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

test("every foreign key's columns lead an index", async () => {
  const keys = await database.query<ForeignKey>(text, []);
  expect(keys.length).toBeGreaterThan(10);
  const unindexed = keys.filter(({ columns, indexes }) => !indexes.some((index) => leads(columns, index)));
  expect(unindexed.map(({ key, columns }) => `${key} (${columns})`)).toEqual([]);
});

function leads(columns: readonly string[], index: readonly string[]): boolean {
  const leading = index.slice(0, columns.length);
  return columns.every((column) => leading.includes(column));
}
