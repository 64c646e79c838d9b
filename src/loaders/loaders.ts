/** Batched reads of a request. One set per request, or per batch of events. */
import type { NodeType } from "../db/global-id.js";
import { rowLoader, viewerFieldLoader } from "./by-key.js";
import { ConnectionLoader, loadConnection } from "./connection.js";
import type { AuthoredRow } from "./entities/content.js";
import { type NodeRow, nodes } from "./entities/entities.js";
import { type UserRow, users } from "./entities/user.js";
import type { Lookup, ViewerField } from "./entity.js";
import type { ConnectionInput, List, ListSelection } from "./list.js";
import type { Connection } from "./page.js";
import type { ReadContext } from "./read-context.js";

/** Reads that entities describe: their lookups, lists and viewer fields. */
export interface Loaders {
  /** The row with this key; null if there is none that the viewer sees. */
  row<Key extends number | string, Row extends Identified>(lookup: Lookup<Key, Row>, key: Key): Promise<Row | null>;
  /** A page of the list of one parent. Throws BAD_USER_INPUT or BAD_CURSOR for bad arguments. */
  page<Row extends Identified, Field extends string>(
    list: List<Row, Field>,
    parent: number,
    input: ConnectionInput<NoInfer<Field>>,
  ): Promise<Connection<Row>>;
  /** A page of a whole list, or of a part of it; not batched. Throws like `page`. */
  list<Row extends Identified, Field extends string>(
    selection: ListSelection<Row, Field>,
    input: ConnectionInput<NoInfer<Field>>,
  ): Promise<Connection<Row>>;
  viewerField(field: ViewerField, viewerId: number, id: number): Promise<boolean>;
  /** The author: already loaded if it was read with the row. */
  author(row: AuthoredRow): UserRow | null | Promise<UserRow | null>;
  node<Type extends NodeType>(type: Type, id: number): Promise<NodeRow<Type> | null>;
}

interface Identified {
  readonly id: number;
}

/** Columns outside the look-ahead are undefined, whatever the type of the row says. */
export function createLoaders(context: ReadContext): Loaders {
  return new RequestLoaders(context);
}

class RequestLoaders implements Loaders {
  readonly #context: ReadContext;
  /** By what they read. Created at first use: most requests use one or two. */
  readonly #loaders = new Map<object, unknown>();

  constructor(context: ReadContext) {
    this.#context = {
      ...context,
      prime: ({ list, input }, parent, rows) => this.#loader(list, connectionLoader).prime(parent, input, rows),
    };
  }

  row<Key extends number | string, Row extends Identified>(lookup: Lookup<Key, Row>, key: Key): Promise<Row | null> {
    return this.#loader(lookup, rowLoader<Key, Row>).load(key);
  }

  page<Row extends Identified, Field extends string>(
    list: List<Row, Field>,
    parent: number,
    input: ConnectionInput<Field>,
  ): Promise<Connection<Row>> {
    return this.#loader(list, connectionLoader<Row, Field>).load(parent, input);
  }

  list<Row extends Identified, Field extends string>(
    selection: ListSelection<Row, Field>,
    input: ConnectionInput<Field>,
  ): Promise<Connection<Row>> {
    return loadConnection(this.#context, selection, input);
  }

  viewerField(field: ViewerField, viewerId: number, id: number): Promise<boolean> {
    return this.#loader(field, viewerFieldLoader).load({ viewerId, id });
  }

  author({ author, authorId }: AuthoredRow): UserRow | null | Promise<UserRow | null> {
    if (author !== undefined || authorId === null) return author ?? null;
    return this.row(users, authorId);
  }

  node<Type extends NodeType>(type: Type, id: number): Promise<NodeRow<Type> | null> {
    return loadNode(this, type, id);
  }

  #loader<Source extends object, Loader>(source: Source, create: (context: ReadContext, source: Source) => Loader) {
    const known = this.#loaders.get(source) as Loader | undefined;
    if (known !== undefined) return known;
    const created = create(this.#context, source);
    this.#loaders.set(source, created);
    return created;
  }
}

function connectionLoader<Row, Field extends string>(context: ReadContext, list: List<Row, Field>) {
  return new ConnectionLoader(context, list);
}

export async function loadNode<Type extends NodeType>(
  loaders: Pick<Loaders, "row">,
  type: Type,
  id: number,
): Promise<NodeRow<Type> | null> {
  const row = await loaders.row(nodes[type], id);
  return row && { ...row, type };
}
