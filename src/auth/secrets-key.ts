/** Loads the key that encrypts secrets: from the setting, or from a file created at the first start. */
import { randomBytes } from "node:crypto";
import { link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { reasonOf, StartupError } from "../errors.js";
import { secretsKeyBytes } from "./secret-box.js";

export interface SecretsKeySettings {
  readonly secretsKey: Buffer | undefined;
  readonly databaseUrl: string | undefined;
  readonly production: boolean;
  readonly dataDir: string;
}

/** Throws a StartupError when several instances in production would each make a key of their own. */
export async function loadSecretsKey(settings: SecretsKeySettings): Promise<Buffer> {
  if (settings.secretsKey !== undefined) return settings.secretsKey;
  if (settings.production && settings.databaseUrl !== undefined) {
    throw new StartupError(
      "SECRETS_KEY must be set in production with DATABASE_URL: it encrypts the secrets in the database, and all instances " +
        "need the same key. Generate one with `openssl rand -base64 32` and store it apart from the database's backups.",
    );
  }
  const file = join(settings.dataDir, "secrets.key");
  try {
    await makeKey(settings.dataDir, file);
    const key = Buffer.from(await readFile(file, "utf8"), "base64");
    if (key.length !== secretsKeyBytes) throw new Error(`it must hold ${secretsKeyBytes} bytes in base64`);
    return key;
  } catch (error) {
    throw new StartupError(`DATA_DIR "${settings.dataDir}": the key in ${file} cannot be used: ${reasonOf(error)}`);
  }
}

/** For its owner's eyes alone, and whole or not at all. One that is there is left. */
async function makeKey(directory: string, file: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  const made = `${file}-${randomBytes(6).toString("hex")}`;
  await writeFile(made, randomBytes(secretsKeyBytes).toString("base64"), { mode: 0o600 });
  try {
    await link(made, file);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  } finally {
    await rm(made);
  }
}
