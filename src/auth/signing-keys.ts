/** Ed25519 keys that sign access tokens, kept in the database so that every instance has them. */
import { type CryptoKey, calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK } from "jose";
import type { Prisma, PrismaClient } from "../generated/prisma/client.js";

export interface SigningKeys {
  /** The newest key. */
  current(): { readonly kid: string; readonly privateKey: CryptoKey };
  /** The public half of a key. Looks into the database again for one that another instance may have made. */
  find(kid: string): Promise<CryptoKey | undefined>;
  /** Public keys as a JWK set (RFC 7517, section 5). */
  jwks(): { readonly keys: readonly JWK[] };
}

interface LoadedKey {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  readonly publicJwk: JWK;
}

/** A token with an unknown key id makes the keys be read again, at most this often. */
const rereadAfterMs = 10_000;

/** Reads the keys, making the first one if there is none. */
export async function openSigningKeys(prisma: PrismaClient, now: () => Date): Promise<SigningKeys> {
  let keys = await readKeys(prisma);
  if (keys.length === 0) {
    await makeFirstKey(prisma, now());
    keys = await readKeys(prisma);
  }
  const [first] = keys;
  if (first === undefined) throw new Error("the signing key just made is not in the database");
  let readAt = now().getTime();

  return {
    current: () => keys[0] ?? first,
    async find(kid) {
      const isKnown = keys.some((key) => key.kid === kid);
      if (!isKnown && now().getTime() - readAt > rereadAfterMs) {
        readAt = now().getTime();
        keys = await readKeys(prisma);
      }
      return keys.find((key) => key.kid === kid)?.publicKey;
    },
    jwks: () => ({ keys: keys.map((key) => key.publicJwk) }),
  };
}

/** Instances that start together on an empty database make one between them: none knows a key made after its own look. */
async function makeFirstKey(prisma: PrismaClient, createdAt: Date): Promise<void> {
  await prisma.$transaction(async (tx) => {
    await tx.$executeRaw`LOCK TABLE signing_keys IN SHARE ROW EXCLUSIVE MODE`;
    if ((await tx.signingKey.count()) === 0) await makeKey(tx, createdAt);
  });
}

async function makeKey(tx: Prisma.TransactionClient, createdAt: Date): Promise<void> {
  const { privateKey } = await generateKeyPair("EdDSA", { crv: "Ed25519", extractable: true });
  const { kty = "OKP", crv = "Ed25519", x = "", d = "" } = await exportJWK(privateKey);
  const jwk: Prisma.InputJsonObject = { kty, crv, x, d };
  await tx.signingKey.create({ data: { kid: await calculateJwkThumbprint({ kty, crv, x }), jwk, createdAt } });
}

/** Newest first. */
async function readKeys(prisma: PrismaClient): Promise<LoadedKey[]> {
  const rows = await prisma.signingKey.findMany({ orderBy: [{ createdAt: "desc" }, { kid: "asc" }] });
  return Promise.all(rows.map((row) => loadKey(row.kid, row.jwk)));
}

async function loadKey(kid: string, stored: Prisma.JsonValue): Promise<LoadedKey> {
  if (!isPrivateJwk(stored)) throw new Error(`signing key ${kid} must be a private Ed25519 JWK`);
  const { kty, crv, x, d } = stored;
  const publicJwk = { kty, crv, x, kid, alg: "EdDSA", use: "sig" };
  return {
    kid,
    privateKey: await importKey({ kty, crv, x, d }),
    publicKey: await importKey({ kty, crv, x }),
    publicJwk,
  };
}

async function importKey(jwk: JWK): Promise<CryptoKey> {
  const key = await importJWK(jwk, "EdDSA");
  if (key instanceof Uint8Array) throw new Error("an Ed25519 JWK cannot be a symmetric key");
  return key;
}

function isPrivateJwk(value: Prisma.JsonValue): value is { kty: string; crv: string; x: string; d: string } {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return [value.kty, value.crv, value.x, value.d].every((part) => typeof part === "string");
}
