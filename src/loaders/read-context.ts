/** How a request reads: connection, look-ahead and viewer. */
import type { Query } from "../db/database.js";
import type { InlinedConnection } from "./inlined-connections.js";
import type { SelectedFields } from "./look-ahead.js";
import { unrestricted, type VisibilityScope } from "./visibility.js";

export interface ReadContext {
  readonly query: Query;
  /** The same for lists with a condition, of which a page may take long to find. Default `query`. */
  readonly search?: Query;
  readonly selected: SelectedFields;
  /** Null for a visitor, and for reads shared by several viewers. */
  readonly viewerId: number | null;
  /** Visibility of rows. */
  readonly visibility: VisibilityScope;
  /** Receives the page of a row that was read with it: PostgreSQL's JSON of its rows. */
  readonly prime?: (inlined: InlinedConnection, parent: number, rows: unknown) => void;
}

/** Finds all rows. Pages of their own lists are read separately, with the viewer's visibility. */
export function unrestrictedContext({ query, selected, viewerId }: ReadContext): ReadContext {
  return { query, selected, viewerId, visibility: unrestricted };
}
