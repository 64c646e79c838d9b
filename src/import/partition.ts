/** Partitions rows into converted rows and rejected rows with a reason. */

export interface Rejected<Row> {
  readonly row: Row;
  readonly reason: string;
}

export interface Partitioned<Row, Accepted> {
  readonly accepted: readonly Accepted[];
  readonly rejected: readonly Rejected<Row>[];
}

/** The judgement that a row is left out. */
export class Rejection {
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}

/** How many rows are judged at a time, where judging waits: each may have a long text. */
const maxAtOnce = 16;

/** Calls `judge` for each row: keeps its results in the order of the rows, and collects each Refusal. */
export async function partition<Row, Accepted>(
  rows: readonly Row[],
  judge: (row: Row) => Accepted | Rejection | Promise<Accepted | Rejection>,
): Promise<Partitioned<Row, Accepted>> {
  const results = new Map<Row, Accepted | Rejection>();
  const waiting = rows.values();
  const judgeSome = async () => {
    for (const row of waiting) results.set(row, await judge(row));
  };
  await Promise.all(Array.from({ length: maxAtOnce }, judgeSome));
  const accepted: Accepted[] = [];
  const rejected: Rejected<Row>[] = [];
  for (const row of rows) {
    const judged = results.get(row);
    if (judged === undefined) continue;
    if (judged instanceof Rejection) rejected.push({ row, reason: judged.reason });
    else accepted.push(judged);
  }
  return { accepted, rejected };
}
