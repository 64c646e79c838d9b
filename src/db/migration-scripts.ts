/**
 * Runs migration scripts as a whole. The adapters cannot: `@prisma/adapter-pg` splits a script at every semicolon, also
 * inside a function body, and `pglite-prisma-adapter` does not wait for it and so hides its failure.
 */
import type { SqlMigrationAwareDriverAdapterFactory } from "@prisma/driver-adapter-utils";

/** `runScript` sends all statements of a script at once, which makes them one transaction. */
export function withScripts(
  factory: SqlMigrationAwareDriverAdapterFactory,
  runScript: (script: string) => Promise<unknown>,
): SqlMigrationAwareDriverAdapterFactory {
  const executeScript = async (script: string) => {
    await runScript(script);
  };
  return {
    provider: factory.provider,
    adapterName: factory.adapterName,
    connect: async () => Object.assign(await factory.connect(), { executeScript }),
    connectToShadowDb: () => factory.connectToShadowDb(),
  };
}
