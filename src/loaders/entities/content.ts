/** Content: the common parts of posts and comments. */
import { htmlVersion } from "../../markdown/html-version.js";
import type { UserRow } from "./user.js";

/** Rows with an author. */
export interface AuthoredRow {
  readonly id: number;
  readonly authorId: number | null;
  /** Read with the row if the operation selects it; null if there is none. */
  readonly author?: UserRow | null;
}

/** Rows with a text that is rendered as HTML, that can be liked, and that moderators can hide. */
export interface ContentRow extends AuthoredRow {
  /** The text as HTML; null where there is none of the present version. */
  readonly storedHtml: string | null;
  /** The text itself then, else null. */
  readonly unrendered: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly isDeleted: boolean;
  readonly isHidden: boolean;
  readonly hiddenReason: string | null;
  readonly likeCount: number;
  readonly viewerHasLiked?: boolean;
}

/** The HTML of a text if it is of the present version; else the text, to be rendered. */
export function htmlColumns(text: string, html: string) {
  const isCurrent = `{}.${html}_version IS NOT DISTINCT FROM ${htmlVersion}`;
  return {
    storedHtml: `CASE WHEN ${isCurrent} THEN {}.${html} END`,
    unrendered: `CASE WHEN ${isCurrent} THEN NULL ELSE {}.${text} END`,
  };
}
