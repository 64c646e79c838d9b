/** What questions and answers have in common: both are rows of Posts.xml with an HTML body. */

import { isNestedDeeperThan } from "./html-nesting.js";
import { htmlToMarkdown } from "./markdown.js";
import type { RowFields } from "./row-fields.js";
import { Refusal } from "./sift.js";
import { type SourceKind, sourceOf } from "./sources.js";
import type { Selection, SourceRow } from "./stage.js";
import { lengthProblem } from "./text-length.js";

export interface PostRow extends SourceRow {
  /** HTML. */
  readonly body: string;
  readonly authorUserId: number | undefined;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Values of PostTypeId, from the readme of the Stack Exchange data dump. */
const postTypes: ReadonlyMap<string, string> = new Map(
  Object.entries({
    "1": "question",
    "2": "answer",
    "3": "orphaned tag wiki",
    "4": "tag wiki excerpt",
    "5": "tag wiki",
    "6": "moderator nomination",
    "7": "wiki placeholder",
    "8": "privilege wiki",
  }),
);

/** Takes the questions or the answers. Rows that are neither are left out once, with the questions. */
export function selectPosts(fields: RowFields, wanted: "question" | "answer"): Selection {
  const typeId = fields.written("PostTypeId");
  const type = typeId === undefined ? undefined : postTypes.get(typeId);
  if (type === wanted) return "take";
  if (type === "question" || type === "answer" || wanted === "answer") return "skip";
  return { kind: "otherPosts", refusal: new Refusal(reasonFor(typeId, type)) };
}

function reasonFor(typeId: string | undefined, type: string | undefined): string {
  if (typeId === undefined) return "PostTypeId is missing";
  return `neither a question nor an answer but a ${type ?? "row of unknown type"} (PostTypeId ${typeId})`;
}

export function readPost(fields: RowFields, namespace: string, kind: SourceKind): PostRow {
  const id = fields.number("Id");
  const createdAt = fields.date("CreationDate");
  return {
    id,
    line: fields.lineNumber,
    source: sourceOf(namespace, kind, id),
    body: fields.text("Body"),
    authorUserId: fields.optionalNumber("OwnerUserId"),
    createdAt,
    updatedAt: fields.optionalDate("LastEditDate") ?? createdAt,
  };
}

/** Converting takes time in proportion to length times depth, and a stack as deep: no real body comes near these. */
const mostHtmlPerMarkdown = 10;
const deepestNesting = 100;

/** The row with its body as Markdown in `text`, or why it is left out. */
export function withMarkdown<Row extends PostRow>(row: Row, most: number): (Row & { text: string }) | Refusal {
  const htmlProblem = lengthProblem("Body", row.body, most * mostHtmlPerMarkdown);
  if (htmlProblem !== undefined) return new Refusal(htmlProblem);
  if (isNestedDeeperThan(row.body, deepestNesting)) {
    return new Refusal(`Body must have elements nested at most ${deepestNesting} deep`);
  }
  const text = htmlToMarkdown(row.body);
  const problem = lengthProblem("Body as Markdown", text, most);
  return problem === undefined ? { ...row, text } : new Refusal(problem);
}
