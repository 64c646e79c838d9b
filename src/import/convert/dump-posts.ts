/** Questions and answers: rows of Posts.xml with an HTML body, which is converted to Markdown. */

import { renderPatiently, type StoredHtml } from "../../markdown/html-store.js";
import { processPool } from "../../markdown/text-pool.js";
import type { Outcome } from "../../markdown/text-task.js";
import type { RowFields } from "../read/row-fields.js";
import { type SourceKind, sourceOf } from "../sources.js";
import type { DumpRow, Selection } from "../stages/stage.js";
import { Rejection } from "./partition.js";
import { isNestedDeeperThan, lengthProblem } from "./text-limits.js";

export interface DumpPost extends DumpRow {
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

/** Selects the questions or the answers. Other rows are reported once, with the questions. */
export function selectPosts(fields: RowFields, kind: "question" | "answer"): Selection {
  const typeId = fields.written("PostTypeId");
  const type = typeId === undefined ? undefined : postTypes.get(typeId);
  if (type === kind) return "take";
  if (type === "question" || type === "answer" || kind === "answer") return "skip";
  return { kind: "otherPosts", rejection: new Rejection(reasonFor(typeId, type)) };
}

function reasonFor(typeId: string | undefined, type: string | undefined): string {
  if (typeId === undefined) return "PostTypeId is missing";
  return `neither a question nor an answer but a ${type ?? "row of unknown type"} (PostTypeId ${typeId})`;
}

export function readPost(fields: RowFields, namespace: string, kind: SourceKind): DumpPost {
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

/** Limits of the HTML, since conversion takes time proportional to length times depth. Real bodies are far below. */
const maxHtmlPerMarkdown = 10;
const maxNesting = 100;

/** Markdown and its rendered HTML. */
export interface RenderedText {
  readonly text: string;
  readonly html: StoredHtml;
}

/** The row with its body as Markdown, or the reason why it is left out. */
export async function withText<Row extends DumpPost>(
  row: Row,
  most: number,
): Promise<(Row & RenderedText) | Rejection> {
  const htmlProblem = lengthProblem("Body", row.body, most * maxHtmlPerMarkdown);
  if (htmlProblem !== undefined) return new Rejection(htmlProblem);
  if (isNestedDeeperThan(row.body, maxNesting)) {
    return new Rejection(`Body must have elements nested at most ${maxNesting} deep`);
  }
  const owner = String(row.authorUserId);
  const converted = await processPool.run({ to: "markdown", text: row.body }, owner);
  if ("refused" in converted) return rejectionFor(converted);
  const { text } = converted;
  const problem = lengthProblem("Body as Markdown", text, most);
  if (problem !== undefined) return new Rejection(problem);
  return { ...row, text, html: await renderPatiently(text, owner) };
}

function rejectionFor(outcome: Extract<Outcome, { readonly refused: string }>): Rejection {
  if (outcome.refused === "failed") throw new Error(`a body could not be converted to Markdown: ${outcome.reason}`);
  if (outcome.refused === "late") return new Rejection("Body takes too long to convert to Markdown");
  if (outcome.refused === "long") return new Rejection("Body becomes too long when converted to Markdown");
  return new Rejection("the machine was too busy to convert Body to Markdown: run the import again");
}
