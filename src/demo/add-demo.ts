/**
 * The demo community of a new embedded database, where DEMO is on. One that was copied from the prepared database has it
 * already; for others it is seeded here.
 */
import type { Database } from "../db/database.js";
import { demoNotice } from "../db/prepared.js";
import type { Log } from "../log.js";

/** Does nothing if there is a user. Never adds to PostgreSQL. */
export async function addDemo(database: Database, isOn: boolean, log: Log, now: Date): Promise<void> {
  if (database.kind !== "embedded" || !isOn) return;
  if ((await database.query("SELECT FROM users LIMIT 1", [])).length > 0) return;
  // Loaded by the one start that needs the texts and Prisma.
  const { seedDemo } = await import("./seed.js");
  if (await seedDemo(database, now)) log.info({ component: "demo" }, demoNotice);
}
