/** SQL of the columns of a row. Pure. */
import type { AnyEntity } from "./entity.js";

export interface SelectListParts {
  readonly entity: AnyEntity;
  /** Of the row's table. */
  readonly alias: string;
  readonly properties: ReadonlySet<string>;
  /** Parameter with the viewer's id; undefined without a viewer, when viewer-dependent columns are not read. */
  readonly viewer: string | undefined;
  /** Tells the row's properties from those of another row beside it. */
  readonly prefix?: string;
}

/** What to select for some properties of a row, in the order of the entity: the same set is the same SQL. */
export function selectList({ entity, alias, properties, viewer, prefix = "" }: SelectListParts): string {
  const list = [`${alias}.id AS "${prefix}id"`];
  for (const [name, sql] of Object.entries(entity.columns)) {
    if (properties.has(name)) list.push(`${columnSql(sql, alias)} AS "${prefix}${name}"`);
  }
  for (const [name, { table, viewerColumn, idColumn }] of Object.entries(entity.viewerFields)) {
    if (viewer === undefined || !properties.has(name)) continue;
    const link = `SELECT FROM ${table} AS f WHERE f.${viewerColumn} = ${viewer}::int8 AND f.${idColumn} = ${alias}.id`;
    list.push(`EXISTS (${link}) AS "${prefix}${name}"`);
  }
  return list.join(", ");
}

function columnSql(sql: string, alias: string): string {
  if (sql.includes("{}")) return sql.replaceAll("{}", alias);
  return sql.includes(".") ? sql : `${alias}.${sql}`;
}
