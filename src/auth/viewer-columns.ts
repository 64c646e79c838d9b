/** SQL fragments that load a viewer's suspension, blocks and hidden content. */

/** Columns that the visibility of a viewer depends on. */
export interface ViewerColumns {
  /** Users they block: nothing of these is shown to them. 1,000 at most. */
  readonly blockedIds: readonly number[];
  /** Whether a post or comment of theirs is hidden: it is still there for them. */
  readonly hasHidden: boolean;
}

/** Whether the user under `alias` may come in, whatever they come with. `now` is a parameter: RFC 3339. */
export function notSuspended(alias: string, now: string): string {
  return `(${alias}.suspended_until IS NULL OR ${alias}.suspended_until <= ${now}::timestamptz)`;
}

/** Columns `blockedIds` and `hasHidden` of the user under `alias`. JSON, for the drivers differ in arrays of `int8`. */
export function viewerColumns(alias: string): string {
  return `to_json(ARRAY(SELECT b.blocked_id FROM blocks AS b WHERE b.blocker_id = ${alias}.id)) AS "blockedIds",
    EXISTS (SELECT FROM posts AS hp WHERE hp.author_id = ${alias}.id AND hp.is_hidden)
      OR EXISTS (SELECT FROM comments AS hc WHERE hc.author_id = ${alias}.id AND hc.is_hidden) AS "hasHidden"`;
}
