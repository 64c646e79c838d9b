/** Tells the Prisma CLI where the schema is. No database is named: Parley opens its own (see src/db). */
import { defineConfig } from "prisma/config";

// Asks the network for news of Prisma otherwise, at every `prisma generate`.
process.env.CHECKPOINT_DISABLE ??= "1";

export default defineConfig({ schema: "prisma/schema.prisma" });
