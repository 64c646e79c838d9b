/** Locks a table, and counts the statements that wait for it. */
import pg from "pg";

export interface Locked {
  /** Resolves when so many statements wait for the table in PostgreSQL. */
  waiting(count: number): Promise<void>;
  /** Lets those who wait go on. */
  release(): Promise<void>;
}

/** `mode` as in `LOCK TABLE`: ACCESS EXCLUSIVE keeps readers out as well, EXCLUSIVE only those who change. */
export async function lockTable(url: string, table: string, mode: "ACCESS EXCLUSIVE" | "EXCLUSIVE"): Promise<Locked> {
  const holder = new pg.Client({ connectionString: url });
  const watcher = new pg.Client({ connectionString: url });
  await Promise.all([holder.connect(), watcher.connect()]);
  await holder.query("BEGIN");
  await holder.query(`LOCK TABLE ${table} IN ${mode} MODE`);
  return {
    async waiting(count) {
      for (;;) {
        const { rows } = await watcher.query(
          "SELECT count(*)::int AS count FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
        );
        if (rows[0]?.count === count) return;
      }
    },
    async release() {
      await holder.query("ROLLBACK");
      await Promise.all([holder.end(), watcher.end()]);
    },
  };
}
