/**
 * Ed25519 keys that sign access tokens. Stored in the database so that all instances share them; private parts are
 * encrypted.
 */
import { type CryptoKey, calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK } from "jose";
import type { Database } from "../db/database.js";
import { reasonOf, StartupError } from "../errors.js";
import type { Prisma, PrismaClient } from "../generated/prisma/client.js";
import type { SecretBox } from "./secret-box.js";

export interface SigningKeys {
  /** The current signing key: the newest active one. */
  current(): Promise<{ readonly kid: string; readonly privateKey: CryptoKey }>;
  /** The public half of a key. Looks into the database again for one that another instance may have made. */
  find(kid: string): Promise<CryptoKey | undefined>;
  /** Public keys as a JWK set (RFC 7517, section 5), those that are yet to sign among them. */
  jwks(): Promise<{ readonly keys: readonly JWK[] }>;
}

interface LoadedKey {
  readonly kid: string;
  readonly activeAt: Date;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  readonly publicJwk: JWK;
}

/** A token with an unknown key id makes the keys be read again, at most this often. */
const rereadAfterMs = 10_000;
/** Every instance that signs or publishes knows the keys that are older than this. */
const staleMs = 30_000;
/** From a key's making to its first signature: others may keep our JWK set for 5 minutes (rest/jwks.ts). */
const publishedBeforeMs = 600_000;
/** Longer than the lifetime of any access token (ACCESS_TOKEN_SECONDS) plus the time an instance may use a known key. */
const keptAfterMs = 86_400_000 + 600_000;

/** Reads are statements of their own: at most starts there is nothing to write, and Prisma is not loaded. */
type KeyStore = Pick<Database, "prisma" | "query">;

/** Reads the keys, creates the first one if there is none, and encrypts unencrypted ones. */
export async function openSigningKeys(store: KeyStore, box: SecretBox, now: () => Date): Promise<SigningKeys> {
  await sealAll(store, box);
  let keys = await readKeys(store, box);
  if (keys.length === 0) {
    await makeFirstKey(store.prisma, box, now());
    keys = await readKeys(store, box);
  }
  let readAtMs = now().getTime();
  let reading: Promise<void> | undefined;

  function read(): Promise<void> {
    reading ??= readKeys(store, box)
      .then((found) => {
        keys = found;
      })
      .finally(() => {
        readAtMs = now().getTime();
        reading = undefined;
      });
    return reading;
  }

  async function readOlderThan(ms: number): Promise<void> {
    if (now().getTime() - readAtMs > ms) await read();
  }

  return {
    async current() {
      await readOlderThan(staleMs);
      // Newest first. The clock of the instance that created the first one may be ahead of ours.
      const key = keys.find(({ activeAt }) => activeAt <= now()) ?? keys.at(-1);
      if (key === undefined) throw new Error("the database no longer has a signing key");
      return key;
    },
    async find(kid) {
      if (!keys.some((key) => key.kid === kid)) await readOlderThan(rereadAfterMs);
      return keys.find((key) => key.kid === kid)?.publicKey;
    },
    async jwks() {
      await readOlderThan(staleMs);
      return { keys: keys.map((key) => key.publicJwk) };
    },
  };
}

/**
 * Makes the next key, which is published at once and signs later; those before it stay. Returns when it begins to sign,
 * which is that of a key that was made before and waits for its time.
 */
export async function rotateSigningKeys(
  store: KeyStore,
  box: SecretBox,
  now: Date,
): Promise<{ readonly kid: string; readonly activeAt: Date; readonly isNew: boolean }> {
  await sealAll(store, box);
  // Throws where SECRETS_KEY is not that of the servers, which could not open the new key.
  await readKeys(store, box);
  return store.prisma.$transaction(async (tx) => {
    await lockKeys(tx);
    const waiting = await tx.signingKey.findFirst({ where: { activeAt: { gt: now } }, orderBy: { activeAt: "desc" } });
    if (waiting !== null) return { kid: waiting.kid, activeAt: waiting.activeAt, isNew: false };
    const isFirst = (await tx.signingKey.count()) === 0;
    const activeAt = isFirst ? now : new Date(now.getTime() + publishedBeforeMs);
    return { kid: await makeKey(tx, box, now, activeAt), activeAt, isNew: true };
  });
}

/** SQL condition on `signing_keys` and its parameter: superseded keys whose last token has expired. */
export function retiredKeys(now: Date): { readonly condition: string; readonly before: Date } {
  const condition = "active_at < (SELECT max(active_at) FROM signing_keys WHERE active_at < $1::timestamptz)";
  return { condition, before: new Date(now.getTime() - keptAfterMs) };
}

/** Instances that start together on an empty database make one between them: none knows a key made after its own look. */
async function makeFirstKey(prisma: PrismaClient, box: SecretBox, createdAt: Date): Promise<void> {
  await prisma.$transaction(async (tx) => {
    await lockKeys(tx);
    if ((await tx.signingKey.count()) === 0) await makeKey(tx, box, createdAt, createdAt);
  });
}

async function lockKeys(tx: Prisma.TransactionClient): Promise<void> {
  await tx.$executeRaw`LOCK TABLE signing_keys IN SHARE ROW EXCLUSIVE MODE`;
}

async function makeKey(tx: Prisma.TransactionClient, box: SecretBox, createdAt: Date, activeAt: Date): Promise<string> {
  const { privateKey } = await generateKeyPair("EdDSA", { crv: "Ed25519", extractable: true });
  const { kty = "OKP", crv = "Ed25519", x = "", d = "" } = await exportJWK(privateKey);
  const jwk: Prisma.InputJsonObject = { kty, crv, x };
  const kid = await calculateJwkThumbprint({ kty, crv, x });
  await tx.signingKey.create({ data: { kid, jwk, sealed: box.seal(d, purposeOf(kid)), createdAt, activeAt } });
  return kid;
}

/** Keys made before they were sealed have their private part in the JWK. */
async function sealAll({ prisma, query }: KeyStore, box: SecretBox): Promise<void> {
  for (const { kid, jwk } of await query<KeyRow>(`${selectKeys} WHERE sealed IS NULL`, [])) {
    const { kty, crv, x, d } = partsOf(kid, jwk);
    const data = { jwk: { kty, crv, x }, sealed: box.seal(d, purposeOf(kid)) };
    await prisma.signingKey.updateMany({ where: { kid, sealed: null }, data });
  }
}

interface KeyRow {
  readonly kid: string;
  readonly jwk: Prisma.JsonValue;
  readonly sealed: string | null;
  /** RFC 3339. */
  readonly activeAt: string;
}

const selectKeys = `SELECT kid, jwk, sealed, active_at AS "activeAt" FROM signing_keys`;

/** Newest first. */
async function readKeys({ query }: KeyStore, box: SecretBox): Promise<LoadedKey[]> {
  const rows = await query<KeyRow>(`${selectKeys} ORDER BY active_at DESC, kid`, []);
  return Promise.all(
    rows.map(async ({ kid, jwk, sealed, activeAt }) => ({
      ...(await loadKey(kid, jwk, sealed, box)),
      activeAt: new Date(activeAt),
    })),
  );
}

async function loadKey(kid: string, jwk: Prisma.JsonValue, sealed: string | null, box: SecretBox) {
  const { kty, crv, x, d } = partsOf(kid, jwk);
  const publicJwk = { kty, crv, x, kid, alg: "EdDSA", use: "sig" };
  return {
    kid,
    privateKey: await importKey({ kty, crv, x, d: sealed === null ? d : opened(box, kid, sealed) }),
    publicKey: await importKey({ kty, crv, x }),
    publicJwk,
  };
}

function opened(box: SecretBox, kid: string, sealed: string): string {
  try {
    return box.open(sealed, purposeOf(kid));
  } catch (error) {
    throw new StartupError(`The keys that sign access tokens cannot be read: ${reasonOf(error)}`);
  }
}

async function importKey(jwk: JWK): Promise<CryptoKey> {
  const key = await importJWK(jwk, "EdDSA");
  if (key instanceof Uint8Array) throw new Error("an Ed25519 JWK cannot be a symmetric key");
  return key;
}

function purposeOf(kid: string): string {
  return `signing key ${kid}`;
}

/** `d` is empty where it is sealed. */
function partsOf(kid: string, jwk: Prisma.JsonValue): { kty: string; crv: string; x: string; d: string } {
  if (typeof jwk === "object" && jwk !== null && !Array.isArray(jwk)) {
    const { kty, crv, x, d = "" } = jwk;
    if (typeof kty === "string" && typeof crv === "string" && typeof x === "string" && typeof d === "string") {
      return { kty, crv, x, d };
    }
  }
  throw new Error(`signing key ${kid} must be an Ed25519 JWK`);
}
