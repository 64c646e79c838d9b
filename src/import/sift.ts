/** Partitions rows into converted rows and rejected rows with a reason. */

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

/** How many rows are judged at a time, where judging waits: each may have a long text. */
const maxAtOnce = 16;

/** Calls `judge` for each row: keeps its results in the order of the rows, and collects each Refusal. */
export async function sift<Row, Kept>(
  rows: readonly Row[],
  judge: (row: Row) => Kept | Refusal | Promise<Kept | Refusal>,
): Promise<Sifted<Row, Kept>> {
  const results = new Map<Row, Kept | Refusal>();
  const waiting = rows.values();
  const judgeSome = async () => {
    for (const row of waiting) results.set(row, await judge(row));
  };
  await Promise.all(Array.from({ length: maxAtOnce }, judgeSome));
  const kept: Kept[] = [];
  const leftOut: LeftOut<Row>[] = [];
  for (const row of rows) {
    const judged = results.get(row);
    if (judged === undefined) continue;
    if (judged instanceof Refusal) leftOut.push({ row, reason: judged.reason });
    else kept.push(judged);
  }
  return { kept, leftOut };
}
