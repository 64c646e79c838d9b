/** Imports the questions of Posts.xml as posts. */
import type { PrismaClient } from "../../generated/prisma/client.js";
import { lengths } from "../../services/input.js";
import { contentHtml } from "../../services/posts.js";
import { type DumpPost, type RenderedText, readPost, selectPosts, withText } from "../convert/dump-posts.js";
import { partition, Rejection } from "../convert/partition.js";
import { lengthProblem } from "../convert/text-limits.js";
import type { DumpFile } from "../read/dump-files.js";
import { inTransaction, type Transaction } from "../write/transaction.js";
import { findAuthors } from "./authors.js";
import type { Stage } from "./stage.js";

interface DumpQuestion extends DumpPost {
  readonly title: string;
}

type Question = DumpQuestion & RenderedText;

export function questionsStage(prisma: PrismaClient, namespace: string, file: DumpFile): Stage<DumpQuestion, Question> {
  return {
    kind: "questions",
    file,
    select: (fields) => selectPosts(fields, "question"),
    read: (fields) => ({ ...readPost(fields, namespace, "question"), title: fields.line("Title") }),
    async existing(sources) {
      const posts = await prisma.post.findMany({ where: { source: { in: sources } }, select: { source: true } });
      return new Set(posts.flatMap(({ source }) => source ?? []));
    },
    prepare: (rows) => partition(rows, convert),
    async save(questions) {
      const created = await inTransaction(prisma, (tx) => insertQuestions(tx, namespace, questions));
      return { created, rejected: [] };
    },
  };
}

function convert(row: DumpQuestion): Promise<Question | Rejection> | Rejection {
  const problem = lengthProblem("Title", row.title, lengths.title.most);
  return problem === undefined ? withText(row, lengths.content.most) : new Rejection(problem);
}

async function insertQuestions(tx: Transaction, namespace: string, questions: readonly Question[]): Promise<number> {
  const authorOf = await findAuthors(tx, namespace, questions);
  const data = questions.map((question) => {
    const { title, text: content, html, createdAt, updatedAt, source } = question;
    return { title, content, ...contentHtml(html), authorId: authorOf(question), createdAt, updatedAt, source };
  });
  const { count } = await tx.post.createMany({ data, skipDuplicates: true });
  return count;
}
