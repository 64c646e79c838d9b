/** Partitions rows into converted rows and rejected rows with a reason. */

export interface Rejected<Row> {
  readonly row: Row;
  readonly reason: string;
}

export interface Partitioned<Row, Accepted> {
  readonly accepted: readonly Accepted[];
  readonly rejected: readonly Rejected<Row>[];
}

/** Result for a row that is left out. */
export class Rejection {
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}

/** Maximum rows converted concurrently, since each may have a long text. */
const maxConcurrency = 16;

/** Converts each row; keeps the results in the order of the rows, and collects the rejections. */
export async function partition<Row, Accepted>(
  rows: readonly Row[],
  convert: (row: Row) => Accepted | Rejection | Promise<Accepted | Rejection>,
): Promise<Partitioned<Row, Accepted>> {
  const results = new Map<Row, Accepted | Rejection>();
  const waiting = rows.values();
  const convertSome = async () => {
    for (const row of waiting) results.set(row, await convert(row));
  };
  await Promise.all(Array.from({ length: maxConcurrency }, convertSome));
  const accepted: Accepted[] = [];
  const rejected: Rejected<Row>[] = [];
  for (const row of rows) {
    const result = results.get(row);
    if (result === undefined) continue;
    if (result instanceof Rejection) rejected.push({ row, reason: result.reason });
    else accepted.push(result);
  }
  return { accepted, rejected };
}
