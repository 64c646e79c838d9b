/** Runs one stage of an import: reads the rows of one kind from one file and saves them in batches. */

import type { Partitioned, Rejected, Rejection } from "../convert/partition.js";
import type { DumpFile } from "../read/dump-files.js";
import { RowFields } from "../read/row-fields.js";
import { xmlRows } from "../read/xml-rows.js";
import type { ReportBuilder, RowKind } from "../report/report.js";

/** A row of the dump, as read. */
export interface DumpRow {
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

/** The row belongs to this stage, to another one, or is left out. */
export type Selection = "take" | "skip" | { readonly kind: RowKind; readonly rejection: Rejection };

/** `Ready` is a row with everything that is stored of it. */
export interface Stage<Row extends DumpRow, Ready extends Row> {
  readonly kind: RowKind;
  readonly file: DumpFile;
  /** Default: the stage takes every row of the file. */
  select?(fields: RowFields): Selection;
  read(fields: RowFields): Row;
  /** Sources among `sources` that are in the database already. */
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
 * Runs the stage to the end of its file. While a batch is saved, the texts of the next one are converted in threads. If
 * it throws, the rows read before are saved.
 */
export async function runStage<Row extends DumpRow, Ready extends Row>(
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
 * Saves and reports a batch. Rows that are in the database by now, because they are in the dump twice, count as already
 * there.
 */
async function saveBatch<Row extends DumpRow, Ready extends Row>(
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

async function* readRows<Row extends DumpRow>(
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
      options.report.addLeftOut(selection.kind, { file, line, id, reason: selection.rejection.reason });
      continue;
    }
    const row = stage.read(fields);
    if (fields.problem === undefined) yield row;
    else options.report.addLeftOut(stage.kind, { file, line, id, reason: fields.problem });
  }
}

/** Arrays of `size` rows; the last one may be shorter. */
async function* batches<Row>(rows: AsyncIterable<Row>, size: number): AsyncGenerator<Row[]> {
  let batch: Row[] = [];
  for await (const row of rows) {
    batch.push(row);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** Rows that are neither in the database nor earlier in the batch. */
async function freshRows<Row extends DumpRow>(
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
