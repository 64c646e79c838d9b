/** Row visibility: leaves out users the viewer blocks; hidden content is for its author and moderators only. Pure. */
import type { Viewer } from "../auth/viewer.js";
import type { SqlValue } from "../db/database.js";
import type { AnyEntity, Visibility } from "./entity.js";
import type { List } from "./list.js";

export interface VisibilityScope {
  readonly viewerId: number | null;
  /** Which hidden posts and comments are shown. */
  readonly hidden: "none" | "own" | "all";
  readonly blockedIds: readonly number[];
}

/** A visitor's, and that of most viewers: their statements are the same. */
export const publicScope: VisibilityScope = { viewerId: null, hidden: "none", blockedIds: [] };

/** Shows everything. */
export const unrestricted: VisibilityScope = { viewerId: null, hidden: "all", blockedIds: [] };

export function visibilityOf(viewer: Viewer | null): VisibilityScope {
  if (viewer === null) return publicScope;
  const { id, role, blockedIds, hasHidden } = viewer;
  const hidden = role !== "USER" ? "all" : hasHidden ? "own" : "none";
  return hidden === "none" && blockedIds.length === 0 ? publicScope : { viewerId: id, hidden, blockedIds };
}

/** Properties that decide visibility, besides `id`. */
export const visibilityNeeds: Readonly<Record<Visibility, readonly string[]>> = {
  user: [],
  content: ["authorId", "isHidden"],
  private: [],
};

interface FilteredRow {
  readonly id: number;
  readonly authorId?: number | null;
  readonly isHidden?: boolean;
}

/** Whether a row is visible that was read with its `visibilityNeeds`. */
export function isVisible(
  { visibility }: AnyEntity,
  { id, authorId = null, isHidden = false }: FilteredRow,
  { viewerId, hidden, blockedIds }: VisibilityScope,
): boolean {
  if (visibility === "user") return !blockedIds.includes(id);
  if (visibility === "private") return true;
  if (authorId !== null && blockedIds.includes(authorId)) return false;
  if (!isHidden || hidden === "all") return true;
  return hidden === "own" && authorId === viewerId;
}

/** The further condition on a list's items, with ` AND ` before it; empty where there is none. */
export function visibilitySql(
  { entity, alias, rowAlias, id }: List<unknown>,
  scope: VisibilityScope,
  values: SqlValue[],
): string {
  if (entity.visibility === "user") return blockedSql(id, scope, values);
  if (entity.visibility === "private") return "";
  if (alias === rowAlias) return contentSql(alias, scope, values);
  // A list of links: the columns are in the table that they lead to.
  const condition = contentSql("v", scope, values);
  return condition && ` AND EXISTS (SELECT FROM ${entity.table} AS v WHERE v.id = ${id}${condition})`;
}

function contentSql(alias: string, scope: VisibilityScope, values: SqlValue[]): string {
  return hiddenSql(alias, scope, values) + blockedSql(`${alias}.author_id`, scope, values);
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
