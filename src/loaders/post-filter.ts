/** SQL conditions of `PostFilter`. Pure. */
import type { SqlValue } from "../db/database.js";
import type { Condition } from "./list-sql.js";

export interface PostFilter {
  readonly authorId?: number | undefined;
  readonly search?: string | undefined;
  readonly createdAfter?: string | undefined;
  readonly createdBefore?: string | undefined;
}

/** All conditions given but the author, who is a parent of the list (loaders.ts). Undefined when there are none. */
export function postCondition(filter: Omit<PostFilter, "authorId">): Condition | undefined {
  const parts: string[] = [];
  const values: SqlValue[] = [];
  const add = (sql: string, value: SqlValue | undefined) => {
    if (value === undefined) return;
    parts.push(sql);
    values.push(value);
  };
  add("p.search_vector @@ websearch_to_tsquery('english', ?)", filter.search);
  add("p.created_at > ?::timestamptz", filter.createdAfter);
  add("p.created_at < ?::timestamptz", filter.createdBefore);
  const interval = filter.search === undefined ? "p.created_at" : undefined;
  return parts.length === 0 ? undefined : { sql: parts.join(" AND "), values, interval };
}
