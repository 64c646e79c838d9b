/** `npm run migrate`: applies the migrations that the database lacks. `-- --diff` prints what a new one would have to do. */
import { applyMigrations, schemaDrift } from "../db/migrations.js";
import { runCommand, say } from "./run-command.js";

await runCommand({
  migrated: false,
  async run({ adapter }, words) {
    const applied = await applyMigrations(adapter);
    say(applied.length === 0 ? "The database has all migrations." : `Applied ${applied.join(", ")}.`);
    if (words.includes("--diff"))
      say((await schemaDrift(adapter)) || "prisma/schema.prisma says what the migrations do.");
  },
});
