/** Runs one stage of an import: reads the rows of one kind from one file and saves them in batches. */

import type { Partitioned, Rejected, Rejection } from "../partition.js";
import type { DumpFile } from "../read/dump-files.js";
import { RowFields } from "../read/row-fields.js";
import { xmlRows } from "../read/xml-rows.js";
import type { ReportBuilder, RowKind } from "../report/report.js";
import { batches } from "../write/batches.js";

/** What every row has once it is read. */
export interface SourceRow {
  /** `Id` in the dump. */
  readonly id: number;
  readonly line: number;
  /** Value of the `source` column. */
  readonly source: string;
}

export interface Saved<Row> {
  readonly created: number;
  readonly rejected: readonly Rejected<Row>[];
}

/** What to do with a row: it is this stage's, another stage's, or left out as a row of some kind. */
export type Selection = "take" | "skip" | { readonly kind: RowKind; readonly refusal: Rejection };

/** `Ready` rows are those that are kept, with all that is to be stored of them. */
export interface Stage<Row extends SourceRow, Ready extends Row> {
  readonly kind: RowKind;
  readonly file: DumpFile;
  /** Default: the stage takes every row of the file. */
  select?(fields: RowFields): Selection;
  read(fields: RowFields): Row;
  /** Those of `sources` that are in the database. */
  existing(sources: string[]): Promise<ReadonlySet<string>>;
  /** Prepares new rows. Must not use the database, because another batch is being saved meanwhile. */
  prepare(rows: readonly Row[]): Promise<Partitioned<Row, Ready>>;
  /** Inserts rows, in their order, in one transaction. */
  save(rows: readonly Ready[]): Promise<Saved<Row>>;
}

export interface StageOptions {
  readonly report: ReportBuilder;
  /** Rows in one transaction. */
  readonly batchSize: number;
  readonly onBytesRead: (bytesRead: number) => void;
  readonly signal: AbortSignal | undefined;
}

/** A batch that is ready to be saved. */
interface ReadyBatch<Row, Ready> {
  readonly rowCount: number;
  readonly rows: Partitioned<Row, Ready>;
}

/**
 * Runs the stage to the end of its file: while a batch is saved, the texts of the next one are transformed in threads.
 * If it throws, the rows read before are saved.
 */
export async function runStage<Row extends SourceRow, Ready extends Row>(
  stage: Stage<Row, Ready>,
  options: StageOptions,
): Promise<void> {
  let ready: ReadyBatch<Row, Ready> | undefined;
  const saveReady = async () => {
    const batch = ready;
    ready = undefined;
    if (batch !== undefined) await saveBatch(stage, batch, options.report);
  };
  try {
    for await (const batch of batches(readRows(stage, options), options.batchSize)) {
      options.signal?.throwIfAborted();
      const preparing = stage.prepare(await freshRows(stage, batch));
      // A rejection is thrown below, unless saving throws first.
      preparing.catch(() => undefined);
      await saveReady();
      ready = { rowCount: batch.length, rows: await preparing };
    }
  } finally {
    await saveReady();
  }
}

/**
 * Rows of the batch before it may be in the database by now, or in the batch twice: they are counted as already there.
 */
async function saveBatch<Row extends SourceRow, Ready extends Row>(
  stage: Stage<Row, Ready>,
  { rowCount, rows: { accepted, rejected } }: ReadyBatch<Row, Ready>,
  report: ReportBuilder,
): Promise<void> {
  const saved = accepted.length === 0 ? { created: 0, rejected: [] } : await stage.save(accepted);
  const all = [...rejected, ...saved.rejected];
  report.addSaved(stage.kind, saved.created, rowCount - saved.created - all.length);
  for (const { row, reason } of all) {
    report.addLeftOut(stage.kind, { file: stage.file.name, line: row.line, id: String(row.id), reason });
  }
}

async function* readRows<Row extends SourceRow>(
  stage: Pick<Stage<Row, Row>, "kind" | "file" | "select" | "read">,
  options: StageOptions,
): AsyncGenerator<Row> {
  const { name: file, path, root } = stage.file;
  for await (const xmlRow of xmlRows(path, { root, onBytesRead: options.onBytesRead })) {
    const fields = new RowFields(xmlRow);
    const selection = stage.select?.(fields) ?? "take";
    if (selection === "skip") continue;
    const line = fields.lineNumber;
    const id = fields.written("Id") ?? "";
    if (selection !== "take") {
      options.report.addLeftOut(selection.kind, { file, line, id, reason: selection.refusal.reason });
      continue;
    }
    const row = stage.read(fields);
    if (fields.problem === undefined) yield row;
    else options.report.addLeftOut(stage.kind, { file, line, id, reason: fields.problem });
  }
}

/** The rows of the batch that are neither in the database nor earlier in the batch. */
async function freshRows<Row extends SourceRow>(
  stage: Pick<Stage<Row, Row>, "existing">,
  batch: readonly Row[],
): Promise<Row[]> {
  const seen = new Set(await stage.existing(batch.map((row) => row.source)));
  return batch.filter(({ source }) => {
    if (seen.has(source)) return false;
    seen.add(source);
    return true;
  });
}
