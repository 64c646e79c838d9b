/** Divides rows into those that are kept, in the form they are kept in, and those that are left out, with the reason. */

export interface LeftOut<Row> {
  readonly row: Row;
  readonly reason: string;
}

export interface Sifted<Row, Kept> {
  readonly kept: readonly Kept[];
  readonly leftOut: readonly LeftOut<Row>[];
}

/** The judgement that a row is left out. */
export class Refusal {
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}

/** Asks `judge` about each row, in order: what it returns is kept, a Refusal leaves the row out. */
export function sift<Row, Kept>(rows: readonly Row[], judge: (row: Row) => Kept | Refusal): Sifted<Row, Kept> {
  const kept: Kept[] = [];
  const leftOut: LeftOut<Row>[] = [];
  for (const row of rows) {
    const judged = judge(row);
    if (judged instanceof Refusal) leftOut.push({ row, reason: judged.reason });
    else kept.push(judged);
  }
  return { kept, leftOut };
}
