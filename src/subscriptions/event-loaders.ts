/**
 * Shared reads of a batch of events: rows are loaded once for all executions, then filtered by the visibility of each
 * viewer.
 */
import type { Query } from "../db/database.js";
import type { Loader } from "../loaders/by-key.js";
import { createLoaders, type ListLoader, type Loaders } from "../loaders/loaders.js";
import { allFields } from "../loaders/look-ahead.js";
import type { Connection } from "../loaders/page.js";
import type { AuthoredRow } from "../loaders/rows.js";
import { isVisible, publicScope, unrestricted, type VisibilityScope } from "../loaders/visibility.js";

/** Rows with an author, and users. */
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

  /** Adds the users whose data is shown to `told`. */
  loadersFor(visibility: VisibilityScope, mentionedUserIds: Set<number>): Loaders {
    const { all } = this;
    const lists = this.#listsOf(visibility);
    const row = <Item extends Row>(type: "User" | "Post" | "Comment", loader: Loader<number, Item | null>) => ({
      async load(id: number): Promise<Item | null> {
        const item = await loader.load(id);
        if (item === null || !isVisible(type, item, visibility)) return null;
        note(mentionedUserIds, item);
        return item;
      },
    });
    const users = row("User", all.users);
    const shown = {
      ...noted(lists, mentionedUserIds),
      users,
      posts: row("Post", all.posts),
      comments: row("Comment", all.comments),
      author: ({ authorId }: AuthoredRow) => (authorId === null ? null : users.load(authorId)),
      webhooks: all.webhooks,
      likesPost: all.likesPost,
      likesComment: all.likesComment,
      followsUser: all.followsUser,
      blocksUser: all.blocksUser,
    } satisfies Partial<Loaders>;
    // The rest is that of `lists`.
    return Object.create(lists, Object.getOwnPropertyDescriptors(shown));
  }

  /** Pages are shared by all viewers with the same visibility, which is nearly everyone. */
  #listsOf(visibility: VisibilityScope): Loaders {
    const key = visibility === publicScope ? "" : JSON.stringify(visibility);
    const known = this.#byVisibility.get(key);
    if (known !== undefined) return known;
    const made = this.#loaders(visibility);
    this.#byVisibility.set(key, made);
    return made;
  }

  #loaders(visibility: VisibilityScope): Loaders {
    return createLoaders({ query: this.#query, selected: allFields, viewerId: null, visibility });
  }
}

/** Connections of an event; records the users in their pages. */
function noted(lists: Loaders, mentionedUserIds: Set<number>) {
  const page = <Item extends Row, Field extends string>(list: ListLoader<Item, Field>): ListLoader<Item, Field> => ({
    async load(parent, input): Promise<Connection<Item>> {
      const loaded = await list.load(parent, input);
      for (const item of loaded.nodes) note(mentionedUserIds, item);
      return loaded;
    },
  });
  return {
    postsOfUser: page(lists.postsOfUser),
    commentsOfUser: page(lists.commentsOfUser),
    commentsOfPost: page(lists.commentsOfPost),
    repliesOfComment: page(lists.repliesOfComment),
    likersOfPost: page(lists.likersOfPost),
    likersOfComment: page(lists.likersOfComment),
    followersOfUser: page(lists.followersOfUser),
    followedByUser: page(lists.followedByUser),
    blockedByUser: page(lists.blockedByUser),
  };
}

function note(mentionedUserIds: Set<number>, { id, authorId }: Row): void {
  if (authorId === undefined) mentionedUserIds.add(id);
  else if (authorId !== null) mentionedUserIds.add(authorId);
}
