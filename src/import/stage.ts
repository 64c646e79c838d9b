/** Runs one stage of an import: the rows of one kind, read from one file, saved batch by batch. */
import { batches } from "./batches.js";
import type { DumpFile } from "./dump-files.js";
import type { ReportBuilder, RowKind } from "./report.js";
import { RowFields } from "./row-fields.js";
import type { LeftOut, Refusal } from "./sift.js";
import { xmlRows } from "./xml-rows.js";

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
  readonly leftOut: readonly LeftOut<Row>[];
}

/** What to do with a row: it is this stage's, another stage's, or left out as a row of some kind. */
export type Selection = "take" | "skip" | { readonly kind: RowKind; readonly refusal: Refusal };

export interface Stage<Row extends SourceRow> {
  readonly kind: RowKind;
  readonly file: DumpFile;
  /** Default: the stage takes every row of the file. */
  select?(fields: RowFields): Selection;
  read(fields: RowFields): Row;
  /** Those of `sources` that are in the database. */
  existing(sources: string[]): Promise<ReadonlySet<string>>;
  /** Inserts rows that are not there yet, in their order, in one transaction. */
  save(rows: readonly Row[]): Promise<Saved<Row>>;
}

export interface StageOptions {
  readonly report: ReportBuilder;
  /** Rows in one transaction. */
  readonly batchSize: number;
  readonly onBytesRead: (bytesRead: number) => void;
  readonly signal: AbortSignal | undefined;
}

/** Runs the stage to the end of its file. What was saved before it throws stays saved. */
export async function runStage<Row extends SourceRow>(stage: Stage<Row>, options: StageOptions): Promise<void> {
  const { report, batchSize, signal } = options;
  for await (const batch of batches(readRows(stage, options), batchSize)) {
    signal?.throwIfAborted();
    const fresh = await freshRows(stage, batch);
    const { created, leftOut } = fresh.length === 0 ? { created: 0, leftOut: [] } : await stage.save(fresh);
    report.addSaved(stage.kind, created, batch.length - created - leftOut.length);
    for (const { row, reason } of leftOut) {
      report.addLeftOut(stage.kind, { file: stage.file.name, line: row.line, id: String(row.id), reason });
    }
  }
}

async function* readRows<Row extends SourceRow>(stage: Stage<Row>, options: StageOptions): AsyncGenerator<Row> {
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
async function freshRows<Row extends SourceRow>(stage: Stage<Row>, batch: readonly Row[]): Promise<Row[]> {
  const seen = new Set(await stage.existing(batch.map((row) => row.source)));
  return batch.filter(({ source }) => {
    if (seen.has(source)) return false;
    seen.add(source);
    return true;
  });
}
