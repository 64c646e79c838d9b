/** Row visibility: leaves out users the viewer blocks; hidden content is for its author and moderators only. Pure. */
import type { Viewer } from "../auth/viewer.js";
import type { SqlValue } from "../db/database.js";
import type { RowType } from "./columns.js";
import type { List } from "./list.js";

export interface VisibilityScope {
  readonly viewerId: number | null;
  /** Which hidden posts and comments are shown. */
  readonly hidden: "none" | "own" | "all";
  readonly blockedIds: readonly number[];
}

/** A visitor's, and that of most viewers: their statements are the same. */
export const publicScope: VisibilityScope = { viewerId: null, hidden: "none", blockedIds: [] };

/** Shows everything: for what shows it on with a sight of its own. */
export const unrestricted: VisibilityScope = { viewerId: null, hidden: "all", blockedIds: [] };

export function visibilityOf(viewer: Viewer | null): VisibilityScope {
  if (viewer === null) return publicScope;
  const { id, role, blockedIds, hasHidden } = viewer;
  const hidden = role !== "USER" ? "all" : hasHidden ? "own" : "none";
  return hidden === "none" && blockedIds.length === 0 ? publicScope : { viewerId: id, hidden, blockedIds };
}

/** Columns that decide visibility, besides `id`. */
export const visibilityNeeds: Readonly<Partial<Record<RowType, readonly string[]>>> = {
  Post: ["authorId", "isHidden"],
  Comment: ["authorId", "isHidden"],
};

interface FilteredRow {
  readonly id: number;
  readonly authorId?: number | null;
  readonly isHidden?: boolean;
}

/** Whether a row that was read with what `sightNeeds` says is shown. */
export function isVisible(type: RowType, row: FilteredRow, { viewerId, hidden, blockedIds }: VisibilityScope): boolean {
  if (type === "User") return !blockedIds.includes(row.id);
  if (type !== "Post" && type !== "Comment") return true;
  const { authorId = null, isHidden = false } = row;
  if (authorId !== null && blockedIds.includes(authorId)) return false;
  if (!isHidden || hidden === "all") return true;
  return hidden === "own" && authorId === viewerId;
}

/** The further condition on a list's items, with ` AND ` before it; empty where there is none. */
export function visibilitySql(
  { rowType, alias, id }: List<unknown>,
  visibility: VisibilityScope,
  values: SqlValue[],
): string {
  if (rowType === "User") return blockedSql(id, visibility, values);
  if (rowType !== "Post" && rowType !== "Comment") return "";
  return hiddenSql(alias, visibility, values) + blockedSql(`${alias}.author_id`, visibility, values);
}

function hiddenSql(alias: string, { hidden, viewerId }: VisibilityScope, values: SqlValue[]): string {
  if (hidden === "all") return "";
  if (hidden === "none") return ` AND NOT ${alias}.is_hidden`;
  return ` AND (NOT ${alias}.is_hidden OR ${alias}.author_id = $${values.push(viewerId)}::int8)`;
}

/** Content without an author is visible. */
function blockedSql(column: string, { blockedIds }: VisibilityScope, values: SqlValue[]): string {
  if (blockedIds.length === 0) return "";
  return ` AND (${column} = ANY($${values.push(blockedIds)}::int8[])) IS NOT TRUE`;
}
