/** Entity: how the rows of one GraphQL type are stored, and who may see them. Each has a file in entities/. Pure. */

/** A property of a row that depends on the viewer: whether there is a link from the one to the other. */
export interface ViewerField {
  readonly table: string;
  readonly viewerColumn: string;
  readonly idColumn: string;
}

/**
 * `user`: users, except those whom the viewer blocks. `content`: also what moderators hid, except for its author.
 * `private`: checked by resolvers, for the owner or moderators.
 */
export type Visibility = "user" | "content" | "private";

/** An entity, whichever properties its rows have. */
export interface AnyEntity {
  /** GraphQL type. */
  readonly type: string;
  readonly table: string;
  /** Alias of the table in lists. */
  readonly alias: string;
  /** What else its columns need beside the table `AS r`, when rows are found by key. */
  readonly join: string;
  readonly visibility: Visibility;
  /** SQL of each property, besides `id`, which is always read. `{}` is the alias of the table, added if absent. */
  readonly columns: Readonly<Record<string, string>>;
  /** Properties that a field needs, if not the one of its name. */
  readonly needs: Readonly<Record<string, readonly string[]>>;
  readonly viewerFields: Readonly<Record<string, ViewerField>>;
  /** Names of `columns`. */
  readonly allColumns: ReadonlySet<string>;
}

/** `Row` stands in types alone: the row that the columns make. */
export interface Entity<Row> extends AnyEntity {
  readonly row?: Row;
}

/** Optional properties are not columns: an author is joined, others are viewer fields. */
type ColumnName<Row> = Exclude<
  { [Name in keyof Row]-?: undefined extends Row[Name] ? never : Name }[keyof Row],
  "id" | symbol | number
>;

type ViewerFieldName<Row> = Exclude<keyof Row, ColumnName<Row> | "id" | "author" | symbol | number>;

interface EntityDefinition<Row> {
  readonly type: string;
  readonly table: string;
  readonly alias: string;
  readonly join?: string;
  readonly visibility: Visibility;
  readonly columns: Readonly<Record<ColumnName<Row>, string>>;
  readonly needs?: Readonly<Record<string, readonly ColumnName<Row>[]>>;
  readonly viewerFields?: Readonly<Record<ViewerFieldName<Row>, ViewerField>>;
}

export function defineEntity<Row>(definition: EntityDefinition<Row>): Entity<Row> {
  return { join: "", needs: {}, viewerFields: {}, ...definition, allColumns: new Set(Object.keys(definition.columns)) };
}

/** Finds single rows by a key. */
export interface Lookup<Key, Row> {
  readonly entity: Entity<Row>;
  /** The column that holds the key, and its type. */
  readonly column: string;
  readonly keyType: "int8" | "text";
  /** Returns the key of a row. */
  readonly keyOf: (row: Row) => Key;
  /** Columns required for that, besides the id. */
  readonly needs: readonly string[];
  /** Also finds rows that the viewer does not see. */
  readonly isUnrestricted: boolean;
}

export function byId<Row extends { readonly id: number }>(entity: Entity<Row>): Lookup<number, Row> {
  return { entity, column: "id", keyType: "int8", keyOf: ({ id }) => id, needs: [], isUnrestricted: false };
}

/** Properties of a row that a field needs, besides `id`. */
export function needsOf({ columns, needs, viewerFields }: AnyEntity, field: string): readonly string[] {
  if (Object.hasOwn(needs, field)) return needs[field] ?? [];
  return Object.hasOwn(columns, field) || Object.hasOwn(viewerFields, field) ? [field] : [];
}

/** Whether any of these properties depends on the viewer. */
export function hasViewerFields({ viewerFields }: AnyEntity, properties: ReadonlySet<string>): boolean {
  return Object.keys(viewerFields).some((name) => properties.has(name));
}
