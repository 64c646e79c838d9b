/** A real community, history.meta.stackexchange.com, imported: 2,294 users, 556 posts, 4,549 comments. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { importDump } from "../../src/import/import-dump.js";
import type { TestDatabase } from "../harness/database.js";

const directory = fileURLToPath(new URL("../../../shared/data/history-meta-stackexchange", import.meta.url));

/** True where there is no dump and none is promised; says so. With CI=true the dump must be there. */
export const isWithoutHistory = !existsSync(directory) && process.env.CI !== "true";
if (isWithoutHistory)
  process.stderr.write(`skipped: walks through a real community, as there is none in ${directory}\n`);

export async function importHistory({ prisma }: TestDatabase): Promise<void> {
  await importDump({ prisma, directory, namespace: "history-meta" });
}
