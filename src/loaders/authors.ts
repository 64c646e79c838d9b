/** SQL that reads authors in the same statement as their content. Pure. */
import { selectList } from "./columns.js";
import { user } from "./entities/user.js";
import { propertiesOf, type SelectedFields } from "./look-ahead.js";

/** Makes the columns an object, `author`, of the row (src/db/row-mapper.ts). */
const prefix = "author.";

/** Columns of the author, beside those of the row under `alias`, and what to join for them. */
export function authorSql(alias: string, selected: SelectedFields, viewer: string | undefined) {
  return {
    columns: selectList({ entity: user, alias: "author", properties: propertiesOf(selected, user), viewer, prefix }),
    join: `LEFT JOIN ${user.table} AS author ON author.id = ${alias}.author_id`,
  };
}
