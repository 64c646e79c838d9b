/**
 * Replaces @node-rs/argon2 where passwords are not the subject (vitest.config.ts): argon2id with 8 KiB and one pass, in place
 * of 19 MiB and two. A hash states its parameters, so `verify` is the library's own.
 */
import { createRequire } from "node:module";
import type * as argon2 from "@node-rs/argon2";

// Not an import: this file is what the name stands for.
const original: typeof argon2 = createRequire(import.meta.url)("@node-rs/argon2");

export function hash(password: string): Promise<string> {
  return original.hash(password, { memoryCost: 8, timeCost: 1, parallelism: 1 });
}

export const { verify } = original;
