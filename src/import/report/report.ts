/** Import report: the number of rows of each kind, and every skipped row. */

/** Kinds of rows in a dump; `otherPosts` are the rows of Posts.xml that are neither question nor answer. */
export const rowKinds = ["users", "questions", "answers", "comments", "otherPosts"] as const;
export type RowKind = (typeof rowKinds)[number];

/** Rows of one kind: `read` is the sum of the other three. */
export interface RowCounts {
  readonly read: number;
  readonly created: number;
  readonly alreadyThere: number;
  readonly rejected: number;
}

export interface LeftOutRow {
  /** Name of the file, such as `Posts.xml`. */
  readonly file: string;
  readonly line: number;
  /** The row's `Id` as written; empty when it has none. */
  readonly id: string;
  readonly reason: string;
}

export interface ImportReport {
  readonly counts: Readonly<Record<RowKind, RowCounts>>;
  /** The first `leftOutLimit` rows that were left out; `counts` includes all. */
  readonly rejected: readonly LeftOutRow[];
}

/** Default number of rows left out that a report lists. */
export const defaultLeftOutLimit = 10_000;

/** Collects a report while the import runs. */
export class ReportBuilder {
  readonly #counts = new Map<RowKind, RowCounts>();
  readonly #rejected: LeftOutRow[] = [];
  readonly #leftOutLimit: number;
  readonly #onLeftOut: ((row: LeftOutRow) => void) | undefined;

  constructor(leftOutLimit: number, onLeftOut?: (row: LeftOutRow) => void) {
    this.#leftOutLimit = leftOutLimit;
    this.#onLeftOut = onLeftOut;
  }

  addSaved(kind: RowKind, created: number, alreadyThere: number): void {
    this.#add(kind, created, alreadyThere, 0);
  }

  addLeftOut(kind: RowKind, row: LeftOutRow): void {
    this.#add(kind, 0, 0, 1);
    if (this.#rejected.length < this.#leftOutLimit) this.#rejected.push(row);
    this.#onLeftOut?.(row);
  }

  build(): ImportReport {
    const counts = {
      users: this.#countsOf("users"),
      questions: this.#countsOf("questions"),
      answers: this.#countsOf("answers"),
      comments: this.#countsOf("comments"),
      otherPosts: this.#countsOf("otherPosts"),
    };
    return { counts, rejected: [...this.#rejected] };
  }

  #add(kind: RowKind, created: number, alreadyThere: number, rejected: number): void {
    const before = this.#countsOf(kind);
    this.#counts.set(kind, {
      read: before.read + created + alreadyThere + rejected,
      created: before.created + created,
      alreadyThere: before.alreadyThere + alreadyThere,
      rejected: before.rejected + rejected,
    });
  }

  #countsOf(kind: RowKind): RowCounts {
    return this.#counts.get(kind) ?? { read: 0, created: 0, alreadyThere: 0, rejected: 0 };
  }
}
