/** Digest of a database, table by table, to detect changes. */
import type { Database } from "../../src/db/database.js";

export async function digestOf({ query }: Pick<Database, "query">): Promise<Record<string, string>> {
  const tables = await query<{ name: string }>(
    "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1",
    [],
  );
  const digests: Record<string, string> = {};
  for (const { name } of tables) {
    const text = `SELECT coalesce(md5(string_agg(t::text, ',' ORDER BY t::text)), '') AS digest FROM "${name}" AS t`;
    digests[name] = (await query<{ digest: string }>(text, []))[0]?.digest ?? "";
  }
  return digests;
}
