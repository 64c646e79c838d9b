/**
 * Shared reads of a batch of events: rows are loaded once for all executions, then filtered by the visibility of each
 * viewer.
 */
import type { Query } from "../db/database.js";
import type { NodeType } from "../db/global-id.js";
import type { AuthoredRow } from "../loaders/entities/content.js";
import { users } from "../loaders/entities/user.js";
import type { AnyEntity, Lookup, ViewerField } from "../loaders/entity.js";
import type { ConnectionInput, List, ListSelection } from "../loaders/list.js";
import { createLoaders, type Loaders, loadNode } from "../loaders/loaders.js";
import { allFields } from "../loaders/look-ahead.js";
import type { Connection } from "../loaders/page.js";
import { isVisible, publicScope, unrestricted, type VisibilityScope } from "../loaders/visibility.js";

/** Users, and rows that may have an author. */
interface Row {
  readonly id: number;
  readonly authorId?: number | null;
}

export class LiveReads {
  /** Unfiltered reads, for deciding who may see an event. */
  readonly all: Loaders;
  readonly #query: Query;
  readonly #byVisibility = new Map<string, Loaders>();

  constructor(query: Query) {
    this.#query = query;
    this.all = this.#loaders(unrestricted);
  }

  /** Adds the users whose data is shown to `mentionedUserIds`. */
  loadersFor(visibility: VisibilityScope, mentionedUserIds: Set<number>): Loaders {
    return new EventLoaders(this.all, this.#listsOf(visibility), visibility, mentionedUserIds);
  }

  /** Pages are shared by viewers with the same visibility, which nearly all have. */
  #listsOf(visibility: VisibilityScope): Loaders {
    const key = visibility === publicScope ? "" : JSON.stringify(visibility);
    const known = this.#byVisibility.get(key);
    if (known !== undefined) return known;
    const created = this.#loaders(visibility);
    this.#byVisibility.set(key, created);
    return created;
  }

  #loaders(visibility: VisibilityScope): Loaders {
    return createLoaders({ query: this.#query, selected: allFields, viewerId: null, visibility });
  }
}

/** Reads of one execution: rows of `all` that are visible, pages of `lists`. Records the users in both. */
class EventLoaders implements Loaders {
  readonly #all: Loaders;
  readonly #lists: Loaders;
  readonly #visibility: VisibilityScope;
  readonly #mentionedUserIds: Set<number>;

  constructor(all: Loaders, lists: Loaders, visibility: VisibilityScope, mentionedUserIds: Set<number>) {
    this.#all = all;
    this.#lists = lists;
    this.#visibility = visibility;
    this.#mentionedUserIds = mentionedUserIds;
  }

  async row<Key extends number | string, Item extends Row>(lookup: Lookup<Key, Item>, key: Key): Promise<Item | null> {
    const row = await this.#all.row(lookup, key);
    if (row === null || !isVisible(lookup.entity, row, this.#visibility)) return null;
    this.#note(lookup.entity, row);
    return row;
  }

  async page<Item extends Row, Field extends string>(
    list: List<Item, Field>,
    parent: number,
    input: ConnectionInput<Field>,
  ): Promise<Connection<Item>> {
    return this.#noted(list, await this.#lists.page(list, parent, input));
  }

  async list<Item extends Row, Field extends string>(
    selection: ListSelection<Item, Field>,
    input: ConnectionInput<Field>,
  ): Promise<Connection<Item>> {
    return this.#noted(selection.list, await this.#lists.list(selection, input));
  }

  viewerField(field: ViewerField, viewerId: number, id: number): Promise<boolean> {
    return this.#all.viewerField(field, viewerId, id);
  }

  author({ authorId }: AuthoredRow) {
    return authorId === null ? null : this.row(users, authorId);
  }

  node<Type extends NodeType>(type: Type, id: number) {
    return loadNode(this, type, id);
  }

  #noted<Item extends Row>({ entity }: List<Item>, page: Connection<Item>): Connection<Item> {
    for (const row of page.nodes) this.#note(entity, row);
    return page;
  }

  #note({ visibility }: AnyEntity, { id, authorId }: Row): void {
    if (visibility === "user") this.#mentionedUserIds.add(id);
    if (visibility === "content" && typeof authorId === "number") this.#mentionedUserIds.add(authorId);
  }
}
