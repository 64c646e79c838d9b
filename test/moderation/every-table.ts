/** All that the database holds, as text: every column of every table there is. */
import type { TestDatabase } from "../harness/database.js";

/** Each value with where it stands, such as `users.handle: ada`. */
export async function everyValue({ query }: TestDatabase): Promise<string[]> {
  const columns = await query<{ table: string; column: string }>(
    `SELECT c.table_name::text AS "table", c.column_name::text AS "column" FROM information_schema.columns AS c
      JOIN information_schema.tables AS t ON t.table_schema = c.table_schema AND t.table_name = c.table_name
      WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' ORDER BY 1, 2`,
    [],
  );
  const values: string[] = [];
  for (const { table, column } of columns) {
    const text = `SELECT DISTINCT "${column}"::text AS value FROM "${table}" WHERE "${column}" IS NOT NULL`;
    for (const { value } of await query<{ value: string }>(text, [])) values.push(`${table}.${column}: ${value}`);
  }
  return values;
}

/** Names of the tables in which there is something. */
export function tablesOf(values: readonly string[]): string[] {
  return [...new Set(values.map((value) => value.slice(0, value.indexOf("."))))].sort();
}
