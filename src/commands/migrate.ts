/** `npm run migrate`: applies pending migrations. `-- --diff` prints the SQL that a new migration would need. */
import { openInMemory } from "../db/embedded.js";
import { schemaDrift } from "../db/migrations.js";
import { migrate } from "../db/open-database.js";
import { runCommand, say } from "./run-command.js";

await runCommand({
  migrated: false,
  async run(database, words) {
    const applied = await migrate(database);
    say(applied.length === 0 ? "All migrations are already applied." : `Applied ${applied.join(", ")}.`);
    if (words.includes("--diff")) say((await missingMigration()) || "prisma/schema.prisma matches the migrations.");
  },
});

/** Compares with a database of its own: `@prisma/adapter-pg` cannot read the "char" columns of PostgreSQL's catalogue. */
async function missingMigration(): Promise<string> {
  const database = await openInMemory();
  try {
    await migrate(database);
    return await schemaDrift(database.adapter);
  } finally {
    await database.close();
  }
}
