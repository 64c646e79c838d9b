/** Tells the Prisma CLI where the schema is. No database is named: Parley opens its own (see src/db). */
import { defineConfig } from "prisma/config";

export default defineConfig({ schema: "prisma/schema.prisma" });
