/** Imports a Stack Exchange data dump: users, questions as posts, answers and comments as comments. */
import type { PrismaClient } from "../generated/prisma/client.js";
import { findDumpFiles } from "./read/dump-files.js";
import { defaultLeftOutLimit, type ImportReport, type LeftOutRow, ReportBuilder } from "./report/report.js";
import { checkNamespace } from "./sources.js";
import { answersStage } from "./stages/import-answers.js";
import { commentsStage } from "./stages/import-comments.js";
import { questionsStage } from "./stages/import-questions.js";
import { usersStage } from "./stages/import-users.js";
import { type DumpRow, runStage, type Stage } from "./stages/stage.js";

/** Called with the progress in a file. `label` names the file and the part of it that is being imported. */
export type OnProgress = (label: string, bytesRead: number, bytesTotal: number) => void;

export interface ImportOptions {
  readonly prisma: PrismaClient;
  /** Holds `Users.xml`, `Posts.xml` and `Comments.xml`. */
  readonly directory: string;
  /** Identifies the site: each row of a namespace is imported once. 1–63 of a–z, 0–9, dot and hyphen. */
  readonly namespace: string;
  /** If it throws, the import ends. */
  readonly onProgress?: OnProgress;
  /** Called for every skipped row, also for those beyond the limit of the report. */
  readonly onLeftOut?: (row: LeftOutRow) => void;
  /** Ends the import between two batches. */
  readonly signal?: AbortSignal;
  /** Rows in one transaction. Default 500. */
  readonly batchSize?: number;
  /** Rows left out that the report lists. Default 10_000. */
  readonly leftOutLimit?: number;
}

/**
 * Imports the rows that are not in the database yet. Repeatable: existing rows, recognised by their `source`, are not
 * changed. Each batch is one transaction with its counters, so an interrupted import is consistent and is completed by
 * running it again. Memory is bounded by a batch.
 *
 * Throws a StartupError, before anything is written, for a directory that is not a dump and an invalid namespace; and
 * one with file and line for malformed XML, after the rows before it are saved.
 */
export async function importDump(options: ImportOptions): Promise<ImportReport> {
  const { prisma, directory, namespace, onProgress, signal, batchSize = 500 } = options;
  checkNamespace(namespace);
  const files = findDumpFiles(directory);
  const report = new ReportBuilder(options.leftOutLimit ?? defaultLeftOutLimit, options.onLeftOut);

  async function run<Row extends DumpRow, Ready extends Row>(stage: Stage<Row, Ready>): Promise<void> {
    const { name, sizeBytes } = stage.file;
    const label = name === "Posts.xml" ? `${name} (${stage.kind})` : name;
    const onBytesRead = (bytesRead: number) => onProgress?.(label, bytesRead, sizeBytes);
    await runStage(stage, { report, batchSize, onBytesRead, signal });
  }

  // Parents before children.
  await run(usersStage(prisma, namespace, files.users));
  await run(questionsStage(prisma, namespace, files.posts));
  await run(answersStage(prisma, namespace, files.posts));
  await run(commentsStage(prisma, namespace, files.comments));
  return report.build();
}
