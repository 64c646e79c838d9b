/** Lists that clients can page through: table, parent and orders. The indexes are in prisma/schema.prisma. Pure. */
import type { KeyType } from "../db/cursor.js";
import type { SqlValue } from "../db/database.js";
import type { AnyEntity, Entity } from "./entity.js";
import type { PageInput } from "./page-arguments.js";

export type OrderDirection = "ASC" | "DESC";

/** Arguments of a connection field, with its order if it has one. */
export interface ConnectionInput<Field extends string> extends PageInput {
  readonly orderBy?: { readonly field: Field; readonly direction: OrderDirection } | null | undefined;
}

export interface Order {
  readonly column: string;
  readonly type: KeyType;
}

/** How to read a list. All parts are SQL of ours; values come as parameters. */
export interface List<Row, Field extends string = string> {
  readonly entity: AnyEntity;
  /** Stands in cursors. */
  readonly name: string;
  /** Alias of the table that the item's columns are in: `alias`, or one that `join` brings. */
  readonly rowAlias: string;
  readonly table: string;
  readonly alias: string;
  /** What an item's columns need besides its table; empty when they need nothing. Neither adds nor removes rows. */
  readonly join: string;
  /** Column that holds the parent's id; undefined for a list of the whole table. */
  readonly parent: string | undefined;
  /** Column that breaks ties: the id of the item. */
  readonly id: string;
  readonly where: string;
  readonly orders: Readonly<Record<Field, Order>>;
  /** The order when a client names none. */
  readonly defaultOrder: { readonly field: NoInfer<Field>; readonly direction: OrderDirection };
  /** GraphQL field whose pages may be read in the statement of their parents (inlined-connections.ts). */
  readonly inlinedIn?: string | undefined;
  /** Also has rows that the viewer does not see elsewhere. */
  readonly isUnrestricted?: boolean | undefined;
  /** Stands in types alone: the row that the columns make. */
  readonly row?: Row | undefined;
}

/** Further conditions on a list: SQL of ours with `?` for each value. */
export interface Condition {
  readonly sql: string;
  readonly values: readonly SqlValue[];
  /** A column that alone decides whether a row meets it, as an interval of its index; undefined where others do too. */
  readonly interval?: string | undefined;
}

/** A list, and which part of it. */
export interface ListSelection<Row, Field extends string> {
  readonly list: List<Row, Field>;
  readonly parent?: number | undefined;
  readonly condition?: Condition | undefined;
}

export const oldestFirst = { field: "CREATED_AT", direction: "ASC" } as const;
export const latestFirst = { field: "CREATED_AT", direction: "DESC" } as const;

interface ListParts<Field extends string> {
  readonly name: string;
  readonly orders: Readonly<Record<Field, Order>>;
  readonly defaultOrder: List<unknown, Field>["defaultOrder"];
  /** Column that holds the parent's id; none for a list of the whole table. */
  readonly parent?: string;
}

/** All rows of an entity, or those of each parent. */
export function listOf<Row, Field extends string>(
  entity: Entity<Row>,
  { parent, ...list }: ListParts<Field>,
): List<Row, Field> {
  const { alias, table } = entity;
  return {
    ...list,
    entity,
    rowAlias: alias,
    table,
    alias,
    join: "",
    parent: parent && `${alias}.${parent}`,
    id: `${alias}.id`,
    where: "TRUE",
  };
}

/** The same, latest first, and no other order to choose from. */
export function byCreation<Row>(
  entity: Entity<Row>,
  list: Pick<ListParts<"CREATED_AT">, "name" | "parent">,
): List<Row, "CREATED_AT"> {
  const orders = { CREATED_AT: { column: `${entity.alias}.created_at`, type: "timestamptz" } } as const;
  return listOf(entity, { ...list, orders, defaultOrder: latestFirst });
}

interface Links extends Pick<List<unknown>, "name" | "table" | "inlinedIn"> {
  /** Columns of both ends of a link. */
  readonly parent: string;
  readonly item: string;
}

/** Rows of an entity found through a table of links, latest link first. */
export function through<Row>(entity: Entity<Row>, { parent, item, ...list }: Links): List<Row, "CREATED_AT"> {
  const { alias } = entity;
  return {
    ...list,
    entity,
    rowAlias: alias,
    alias: "l",
    join: `JOIN ${entity.table} AS ${alias} ON ${alias}.id = l.${item}`,
    parent: `l.${parent}`,
    id: `l.${item}`,
    where: "TRUE",
    orders: { CREATED_AT: { column: "l.created_at", type: "timestamptz" } },
    defaultOrder: latestFirst,
  };
}
