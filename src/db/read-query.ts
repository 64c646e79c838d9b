/**
 * One statement on a pipelined connection. Of a prepared one PostgreSQL is not asked again what its columns are: they stay
 * the same, and to tell them costs both sides as much as a few rows. It goes out in one write.
 */
import pg from "pg";
import { serialize } from "pg-protocol";
import type { SqlValue } from "./database.js";

/** `pg`'s `Query` as it works; its types have only what its users call. Pipelining takes no other class. */
interface PgQuery {
  submit(connection: PgConnection): Error | null;
  handleRowDescription(message: { readonly fields: readonly Column[] }): void;
  handleDataRow(message: { readonly fields: readonly (string | null)[] }): void;
  handleCommandComplete(): void;
  handleReadyForQuery(): void;
}

interface PgConnection {
  readonly stream: { write(bytes: Buffer): boolean };
}

interface Column {
  readonly name: string;
  readonly dataTypeID: number;
}

interface PgConfig {
  readonly text: string;
  readonly name?: string;
  readonly values: readonly SqlValue[];
}

const PgQuery = pg.Query as unknown as new (config: PgConfig, values: undefined, callback: Callback) => PgQuery;

type Callback = (error: Error | null) => void;

/** From the columns of a statement to its rows. */
export class RowShape {
  readonly #names: readonly string[];
  readonly #parsers: readonly ((text: string) => unknown)[];
  /** All columns, null: what is copied from it need not change its shape. */
  readonly #template: Record<string, unknown>;

  constructor(columns: readonly Column[], types: pg.CustomTypesConfig) {
    this.#names = columns.map(({ name }) => name);
    this.#parsers = columns.map(({ dataTypeID }) => types.getTypeParser(dataTypeID, "text"));
    this.#template = Object.fromEntries(this.#names.map((name) => [name, null]));
  }

  rowOf(fields: readonly (string | null)[]): Record<string, unknown> {
    const row = { ...this.#template };
    for (const [index, name] of this.#names.entries()) {
      const text = fields[index];
      if (text !== null && text !== undefined) row[name] = this.#parsers[index]?.(text);
    }
    return row;
  }
}

export interface ReadStatement extends PgConfig {
  readonly types: pg.CustomTypesConfig;
  /** Of a statement that this connection has prepared under its name. */
  readonly shape: RowShape | undefined;
}

/** Told once: of an error, or of the rows with what they were made by. */
export type OnRead = (error: Error | null, rows: unknown[], shape: RowShape) => void;

const executeAndSync = Buffer.concat([serialize.execute(), serialize.sync()]);

export class ReadQuery extends PgQuery {
  readonly #statement: ReadStatement;
  readonly #rows: unknown[] = [];
  #shape: RowShape;
  #failure: Error | null = null;

  constructor(statement: ReadStatement, onRead: OnRead) {
    super(statement, undefined, (error) => onRead(error ?? this.#failure, this.#rows, this.#shape));
    this.#statement = statement;
    // A statement without columns describes none.
    this.#shape = statement.shape ?? new RowShape([], statement.types);
  }

  override submit(connection: PgConnection): Error | null {
    const { shape, name, values } = this.#statement;
    if (shape === undefined) return super.submit(connection);
    const bind = serialize.bind({ statement: name ?? "", values: [...values], valueMapper: toWire });
    connection.stream.write(Buffer.concat([bind, executeAndSync]));
    return null;
  }

  override handleRowDescription({ fields }: { readonly fields: readonly Column[] }): void {
    this.#shape = new RowShape(fields, this.#statement.types);
  }

  override handleDataRow({ fields }: { readonly fields: readonly (string | null)[] }): void {
    try {
      this.#rows.push(this.#shape.rowOf(fields));
    } catch (error) {
      // The connection goes on to the end of the answer.
      this.#failure = error instanceof Error ? error : new Error(String(error));
    }
  }

  override handleCommandComplete(): void {}
}

/** PostgreSQL's text of a parameter, as `pg` has it. */
function toWire(value: SqlValue): string | null {
  if (value === null) return null;
  if (typeof value !== "object") return String(value);
  return `{${value.map((each) => (typeof each === "string" ? quoted(each) : String(each ?? "NULL"))).join()}}`;
}

function quoted(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}
