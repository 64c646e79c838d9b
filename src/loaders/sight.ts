/** Row visibility: leaves out users the viewer blocks; hidden content is for its author and moderators only. Pure. */
import type { Viewer } from "../auth/viewer.js";
import type { SqlValue } from "../db/database.js";
import type { RowType } from "./columns.js";
import type { List } from "./list.js";

export interface Sight {
  readonly viewerId: number | null;
  /** Which hidden posts and comments are shown. */
  readonly hidden: "none" | "own" | "all";
  readonly blockedIds: readonly number[];
}

/** A visitor's, and that of most viewers: their statements are the same. */
export const ordinarySight: Sight = { viewerId: null, hidden: "none", blockedIds: [] };

/** Shows everything: for what shows it on with a sight of its own. */
export const fullSight: Sight = { viewerId: null, hidden: "all", blockedIds: [] };

export function sightOf(viewer: Viewer | null): Sight {
  if (viewer === null) return ordinarySight;
  const { id, role, blockedIds, hasHidden } = viewer;
  const hidden = role !== "USER" ? "all" : hasHidden ? "own" : "none";
  return hidden === "none" && blockedIds.length === 0 ? ordinarySight : { viewerId: id, hidden, blockedIds };
}

/** Columns that decide visibility, besides `id`. */
export const sightNeeds: Readonly<Partial<Record<RowType, readonly string[]>>> = {
  Post: ["authorId", "isHidden"],
  Comment: ["authorId", "isHidden"],
};

interface SightedRow {
  readonly id: number;
  readonly authorId?: number | null;
  readonly isHidden?: boolean;
}

/** Whether a row that was read with what `sightNeeds` says is shown. */
export function isShown(type: RowType, row: SightedRow, { viewerId, hidden, blockedIds }: Sight): boolean {
  if (type === "User") return !blockedIds.includes(row.id);
  if (type !== "Post" && type !== "Comment") return true;
  const { authorId = null, isHidden = false } = row;
  if (authorId !== null && blockedIds.includes(authorId)) return false;
  if (!isHidden || hidden === "all") return true;
  return hidden === "own" && authorId === viewerId;
}

/** The further condition on a list's items, with ` AND ` before it; empty where there is none. */
export function shownSql({ rowType, alias, id }: List<unknown>, sight: Sight, values: SqlValue[]): string {
  if (rowType === "User") return blockedSql(id, sight, values);
  if (rowType !== "Post" && rowType !== "Comment") return "";
  return hiddenSql(alias, sight, values) + blockedSql(`${alias}.author_id`, sight, values);
}

function hiddenSql(alias: string, { hidden, viewerId }: Sight, values: SqlValue[]): string {
  if (hidden === "all") return "";
  if (hidden === "none") return ` AND NOT ${alias}.is_hidden`;
  return ` AND (NOT ${alias}.is_hidden OR ${alias}.author_id = $${values.push(viewerId)}::int8)`;
}

/** Content without an author is visible. */
function blockedSql(column: string, { blockedIds }: Sight, values: SqlValue[]): string {
  if (blockedIds.length === 0) return "";
  return ` AND (${column} = ANY($${values.push(blockedIds)}::int8[])) IS NOT TRUE`;
}
