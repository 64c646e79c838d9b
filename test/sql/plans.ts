/** Explains statements, and finds plans that do not scale. */
import pg from "pg";
import type { TestDatabase } from "../harness/database.js";
import type { SentStatement } from "../harness/statements.js";

/** A node of `EXPLAIN (ANALYZE, FORMAT JSON)`. */
interface PlanNode {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly "Actual Rows": number;
  readonly "Actual Loops": number;
  readonly "Rows Removed by Filter"?: number;
  readonly Plans?: readonly PlanNode[];
}

/** What a statement may cost at most, whatever the size of the tables. */
export interface Allowance {
  /** Rows that go into a sort. */
  readonly sorted: number;
  /** Rows of large tables that are read, those thrown away included. */
  readonly read: number;
}

const largeTables = ["users", "posts", "comments", "post_likes", "comment_likes", "follows", "webhook_deliveries"];
/** PostgreSQL plans a prepared statement for its values five times, also to explain it, then may take one plan for all. */
const timesUntilOften = 6;

/** Plans statements on one connection: prepared statements belong to a connection. */
export class Planner {
  readonly #run: (sql: string) => Promise<Record<string, unknown>[]>;
  readonly close: () => Promise<void>;

  private constructor(run: (sql: string) => Promise<Record<string, unknown>[]>, close: () => Promise<void>) {
    this.#run = run;
    this.close = close;
  }

  static async open({ url, query }: TestDatabase): Promise<Planner> {
    if (url === undefined)
      return new Planner(
        (sql) => query(sql, []),
        async () => undefined,
      );
    const client = new pg.Client({ connectionString: url, options: "-c TimeZone=UTC" });
    await client.connect();
    return new Planner(
      async (sql) => (await client.query(sql)).rows,
      () => client.end(),
    );
  }

  /** Problems of the statement, run the first time and run often: with these values, or with `others`. None is well. */
  async problemsOf({ text, values }: SentStatement, allowance: Allowance, others = values): Promise<string[]> {
    const args = listOf(values);
    await this.#run(`PREPARE planned AS ${text}`);
    try {
      const first = await this.#explain(args);
      for (let times = 1; times < timesUntilOften; times += 1)
        await this.#run(`EXPLAIN EXECUTE planned${listOf(others)}`);
      const often = await this.#explain(args);
      return [
        ...problems(first, allowance),
        ...problems(often, allowance).map((each) => `when run often, ${each}`),
      ].map((each) => `${each}\n${text}\n${args}`);
    } finally {
      await this.#run("DEALLOCATE planned");
    }
  }

  async #explain(args: string): Promise<PlanNode> {
    const [row] = await this.#run(`EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) EXECUTE planned${args}`);
    const [plan] = (row?.["QUERY PLAN"] ?? []) as { Plan: PlanNode }[];
    if (plan === undefined) throw new Error("EXPLAIN answered no plan");
    return plan.Plan;
  }
}

function problems(root: PlanNode, { sorted, read }: Allowance): string[] {
  const nodes = [...walk(root)];
  const found = nodes.flatMap((node) => {
    if (node["Node Type"] === "Seq Scan" && isLarge(node)) return [`scans all of ${node["Relation Name"]}`];
    const input = node["Node Type"] === "Sort" ? most(node.Plans ?? []) : 0;
    return input > sorted ? [`sorts ${input} rows, ${sorted} are allowed`] : [];
  });
  const rows = nodes.filter(isLarge).reduce((sum, node) => sum + rowsRead(node), 0);
  return rows > read ? [...found, `reads ${rows} rows, ${read} are allowed`] : found;
}

function* walk(node: PlanNode): Generator<PlanNode> {
  yield node;
  for (const child of node.Plans ?? []) yield* walk(child);
}

function isLarge(node: PlanNode): boolean {
  return node["Relation Name"] !== undefined && largeTables.includes(node["Relation Name"]);
}

function rowsRead(node: PlanNode): number {
  return (node["Actual Rows"] + (node["Rows Removed by Filter"] ?? 0)) * node["Actual Loops"];
}

function most(nodes: readonly PlanNode[]): number {
  return Math.max(0, ...nodes.map((node) => node["Actual Rows"]));
}

function listOf(values: readonly unknown[]): string {
  return values.length === 0 ? "" : `(${values.map(literal).join(", ")})`;
}

function literal(value: unknown): string {
  if (Array.isArray(value)) return literal(`{${value.map((each) => JSON.stringify(each)).join(",")}}`);
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (typeof value === "string") return `'${value.replaceAll("'", "''")}'`;
  throw new Error(`a value of a statement must be a text, a number or a list, got ${typeof value}`);
}
