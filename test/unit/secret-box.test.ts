/** Sealed secrets: bound to a key and a purpose. */
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { createSecretBox } from "../../src/auth/secret-box.js";
import { loadSecretsKey } from "../../src/auth/secrets-key.js";
import { readConfig } from "../../src/config/config.js";

const box = createSecretBox(Buffer.alloc(32, 1));

it("open as they were sealed, and are sealed differently each time", () => {
  for (const secret of ["", "whsec_1", "ünïcode \u0000 💡", "a".repeat(100_000)]) {
    const sealed = [box.seal(secret, "a test"), box.seal(secret, "a test")];
    expect(sealed.map((each) => box.open(each, "a test"))).toEqual([secret, secret]);
    expect(sealed[0]).not.toBe(sealed[1]);
    if (secret !== "") expect(sealed[0]).not.toContain(secret);
  }
});

it("open neither with another key, nor for another purpose, nor changed", () => {
  const sealed = box.seal("a secret", "a test");
  expect(() => createSecretBox(Buffer.alloc(32, 2)).open(sealed, "a test")).toThrow("SECRETS_KEY is not the key");
  expect(() => box.open(sealed, "another test")).toThrow("cannot be decrypted");
  const bytes = Buffer.from(sealed.slice(3), "base64url");
  for (const index of bytes.keys()) {
    const changed = Buffer.from(bytes);
    changed[index] = (changed[index] ?? 0) ^ 1;
    expect(() => box.open(`v1.${changed.toString("base64url")}`, "a test")).toThrow("cannot be decrypted");
  }
  expect(() => box.open("whsec_plain", "a test")).toThrow("must begin with v1");
});

it("are sealed with a key of 256 bits", () => {
  expect(() => createSecretBox(Buffer.alloc(16))).toThrow("the key must have 32 bytes, got 16");
});

async function directory(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), "parley-key-"));
  onTestFinished(() => rm(made, { recursive: true }));
  return made;
}

it("have a key of their own without the setting: made once, for its owner's eyes alone", async () => {
  const dataDir = await directory();
  const config = readConfig({ DATA_DIR: join(dataDir, "new") });
  const keys = await Promise.all([loadSecretsKey(config), loadSecretsKey(config), loadSecretsKey(config)]);
  const file = join(dataDir, "new", "secrets.key");
  expect(new Set(keys.map((key) => key.toString("base64")))).toEqual(new Set([await readFile(file, "utf8")]));
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  await writeFile(file, "too short");
  await expect(loadSecretsKey(config)).rejects.toThrow("it must hold 32 bytes in base64");
});

it("need the setting in production with a database that others share", async () => {
  const env = { NODE_ENV: "production", DATABASE_URL: "postgresql://u:Rk2-vQ9xTz_7w@h/d", DATA_DIR: await directory() };
  await expect(loadSecretsKey(readConfig(env))).rejects.toThrow("SECRETS_KEY must be set in production");
  const key = Buffer.alloc(32, 3);
  expect(await loadSecretsKey(readConfig({ ...env, SECRETS_KEY: key.toString("base64") }))).toEqual(key);
});
