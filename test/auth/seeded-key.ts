/** A signing key from before keys were sealed, whose private part the test knows. */
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from "jose";
import type { Database } from "../../src/db/database.js";

export interface SeededKey {
  readonly kid: string;
  readonly jwk: { readonly kty: string; readonly crv: string; readonly x: string; readonly d: string };
}

/** Before the server starts, which then makes none. */
export async function seedKey({ prisma }: Pick<Database, "prisma">): Promise<SeededKey> {
  const { privateKey } = await generateKeyPair("EdDSA", { extractable: true });
  const { kty = "", crv = "", x = "", d = "" } = await exportJWK(privateKey);
  const kid = await calculateJwkThumbprint({ kty, crv, x });
  const madeAt = new Date("2026-11-01T12:00:00Z");
  await prisma.signingKey.create({ data: { kid, jwk: { kty, crv, x, d }, createdAt: madeAt, activeAt: madeAt } });
  return { kid, jwk: { kty, crv, x, d } };
}
