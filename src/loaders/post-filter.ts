/** Which posts a list holds, as SQL. Pure. */
import type { SqlValue } from "../db/database.js";
import type { Condition } from "./list-sql.js";

export interface PostFilter {
  readonly authorId?: number | undefined;
  readonly search?: string | undefined;
  readonly createdAfter?: string | undefined;
  readonly createdBefore?: string | undefined;
}

/** All conditions given, joined; undefined when there are none. */
export function postCondition(filter: PostFilter): Condition | undefined {
  const parts: string[] = [];
  const values: SqlValue[] = [];
  const add = (sql: string, value: SqlValue | undefined) => {
    if (value === undefined) return;
    parts.push(sql);
    values.push(value);
  };
  add("p.author_id = ?::int8", filter.authorId);
  add("p.search_vector @@ websearch_to_tsquery('english', ?)", filter.search);
  add("p.created_at > ?::timestamptz", filter.createdAfter);
  add("p.created_at < ?::timestamptz", filter.createdBefore);
  return parts.length === 0 ? undefined : { sql: parts.join(" AND "), values };
}
