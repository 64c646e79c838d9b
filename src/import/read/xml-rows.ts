/** Streams the rows of a Stack Exchange XML file, in memory bounded by the largest row. */
import { createReadStream } from "node:fs";
import { SaxesParser } from "saxes";
import { StartupError } from "../../errors.js";
import { xmlText } from "./xml-text.js";

/** One `<row … />`. */
export interface XmlRow {
  /** Line of the file that the row ends on, from 1. */
  readonly line: number;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface XmlRowsOptions {
  /** Name of the element around the rows, such as `posts`: another one means another file. */
  readonly root: string;
  /** Called after each processed chunk of the file. If it throws, reading ends. */
  readonly onBytesRead?: (bytesRead: number) => void;
}

/**
 * The rows of a file, in order. Throws a StartupError with file and line where the XML is malformed or truncated, after
 * the rows before it.
 */
export async function* xmlRows(path: string, { root, onBytesRead }: XmlRowsOptions): AsyncGenerator<XmlRow> {
  const parser = new RowParser(path, root);
  for await (const { text, bytesRead } of xmlText(createReadStream(path))) {
    yield* parser.write(text);
    onBytesRead?.(bytesRead);
  }
  yield* parser.end();
}

class RowParser {
  readonly #path: string;
  readonly #root: string;
  readonly #parser = new SaxesParser<{ xmlns: false; position: false }>({ xmlns: false, position: false });
  #rows: XmlRow[] = [];
  #depth = 0;
  #problem: string | undefined;

  constructor(path: string, root: string) {
    this.#path = path;
    this.#root = root;
    this.#parser.on("opentag", ({ name, attributes }) => this.#open(name, attributes));
    this.#parser.on("closetag", () => {
      this.#depth -= 1;
    });
    this.#parser.on("error", (error) => this.#fail(`malformed XML: ${error.message}`));
  }

  write(text: string): XmlRow[] {
    this.#parser.write(text);
    return this.#takeRows();
  }

  end(): XmlRow[] {
    this.#parser.close();
    return this.#takeRows();
  }

  #open(name: string, attributes: Record<string, string>): void {
    if (this.#depth === 0 && name !== this.#root) this.#fail(`expected <${this.#root}>, got <${name}>`);
    if (this.#depth === 1 && name === "row") this.#rows.push({ line: this.#parser.line, attributes });
    this.#depth += 1;
  }

  /** Reports only the first problem: later ones are consequences of it. */
  #fail(problem: string): void {
    this.#problem ??= `${this.#path}:${this.#parser.line}: ${problem}`;
  }

  #takeRows(): XmlRow[] {
    if (this.#problem !== undefined) throw new StartupError(this.#problem);
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }
}
