/** Opens an in-memory database for the import's tests. To be replaced by the shared harness. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { PGlite } from "@electric-sql/pglite";
import { bindMigrationAwareSqlAdapterFactory } from "@prisma/driver-adapter-utils";
import * as wasm from "@prisma/schema-engine-wasm/schema_engine_bg";
import { PrismaPGlite } from "pglite-prisma-adapter";
import { PrismaClient } from "../../src/generated/prisma/client.js";

export interface TestDatabase {
  readonly prisma: PrismaClient;
  close(): Promise<void>;
}

let schemaSql: Promise<string> | undefined;

/** An empty database with the tables of prisma/schema.prisma. */
export async function openTestDatabase(): Promise<TestDatabase> {
  const pglite = await PGlite.create();
  schemaSql ??= readSchemaSql(new PrismaPGlite(pglite));
  await pglite.exec(await schemaSql);
  await pglite.exec("SET TIME ZONE 'UTC'");
  const prisma = new PrismaClient({ adapter: new PrismaPGlite(pglite) });
  return {
    prisma,
    async close() {
      await prisma.$disconnect();
      if (!pglite.closed) await pglite.close();
    },
  };
}

async function readSchemaSql(adapter: PrismaPGlite): Promise<string> {
  const glue = createRequire(import.meta.url).resolve("@prisma/schema-engine-wasm/schema_engine_bg");
  const bytes = await readFile(glue.replace(/\.js$/, ".wasm"));
  const { instance } = await WebAssembly.instantiate(bytes, { "./schema_engine_bg.js": { ...wasm } });
  wasm.__wbg_set_wasm(instance.exports);
  const start = instance.exports.__wbindgen_start;
  if (typeof start === "function") start();
  Object.assign(globalThis, { PRISMA_WASM_PANIC_REGISTRY: { get: () => "", set_message: () => undefined } });
  const engine = await wasm.SchemaEngine.new(
    { datamodels: undefined },
    () => undefined,
    bindMigrationAwareSqlAdapterFactory(adapter),
  );
  const content = await readFile(new URL("../../prisma/schema.prisma", import.meta.url), "utf8");
  const { stdout } = await engine.diff({
    from: { tag: "empty" },
    to: { tag: "schemaDatamodel", files: [{ path: "schema.prisma", content }] },
    script: true,
    exitCode: null,
    filters: { externalTables: [], externalEnums: [] },
  });
  if (stdout === null) throw new Error("expected the schema engine to print SQL, got nothing");
  return stdout;
}
