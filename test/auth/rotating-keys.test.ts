/** Signing keys: sealed at rest, and rotated without ending sessions. */
import { decodeProtectedHeader } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSecretBox } from "../../src/auth/secret-box.js";
import { openSigningKeys, rotateSigningKeys } from "../../src/auth/signing-keys.js";
import { readConfig } from "../../src/config/config.js";
import { openPostgres } from "../../src/db/postgres.js";
import { openLog } from "../../src/log.js";
import { type RunningServer, startServer } from "../../src/server.js";
import { removeExpired } from "../../src/services/housekeeping.js";
import { graphql } from "../harness/client.js";
import { databaseKind, openTestDatabase, type TestDatabase } from "../harness/database.js";
import { seedKey } from "./seeded-key.js";
import { createClock } from "./sessions.js";

const minuteMs = 60_000;
const key = Buffer.alloc(32, 7);
const box = createSecretBox(key);
const clock = createClock();
let database: TestDatabase;
/** One of them, on the embedded database, which is for one. */
let instances: RunningServer[] = [];
let refreshToken: string;
let seededKid: string;
let seededSecret: string;
beforeAll(async () => {
  database = await openTestDatabase();
  const seeded = await seedKey(database);
  [seededKid, seededSecret] = [seeded.kid, seeded.jwk.d];
  const config = { ...readConfig({ PORT: "0", DEMO: "off", LOG_LEVEL: "silent", RATE_LIMIT: "off" }), secretsKey: key };
  const start = (own: Awaited<ReturnType<typeof openPostgres>>) =>
    startServer({ config, log: openLog("silent"), now: clock.now, openDatabase: async () => own });
  instances = [await start(database)];
  if (databaseKind === "postgres") {
    instances.push(await start(await openPostgres(database.url ?? "", 5, openLog("silent"))));
  }
});
afterAll(async () => {
  for (const instance of instances.toReversed()) await instance.close();
});

async function signUp(): Promise<string> {
  const query = `mutation { signUp(input: { handle: "ada", name: "Ada", email: "ada@example.org", password: "12345678" }) {
    session { accessToken refreshToken } } }`;
  const { session } = (await graphql(instances[0]?.url ?? "", query)).body.data.signUp;
  refreshToken = session.refreshToken;
  return session.accessToken;
}

/** A new access token, of one of the instances. */
async function refresh(index: number): Promise<string> {
  const query = `mutation ($token: String!) { refreshSession(input: { refreshToken: $token }) {
    session { accessToken refreshToken } } }`;
  const url = instances[index % instances.length]?.url ?? "";
  const { session } = (await graphql(url, query, { token: refreshToken })).body.data.refreshSession;
  refreshToken = session.refreshToken;
  return session.accessToken;
}

async function expectTakenEverywhere(token: string): Promise<void> {
  for (const { url } of instances) {
    const { status, body } = await graphql(url, "{ viewer { handle } }", {}, { token });
    expect([status, body.data?.viewer.handle]).toEqual([200, "ada"]);
  }
}

async function published(index = 0): Promise<string[]> {
  const response = await fetch(`${instances[index]?.url}/.well-known/jwks.json`);
  const { keys } = JSON.parse(await response.text()) as { keys: { kid: string }[] };
  return keys.map(({ kid }) => kid);
}

const kidOf = (token: string) => decodeProtectedHeader(token).kid;
const housekeeping = () => removeExpired(database.query, clock.now());

it("a key that was kept as it is, as databases had it, is sealed at the start and goes on signing", async () => {
  expect(kidOf(await signUp())).toBe(seededKid);
  const rows = await database.prisma.signingKey.findMany();
  expect(rows).toHaveLength(1);
  expect(JSON.stringify(rows)).not.toContain(seededSecret);
  expect(box.open(rows[0]?.sealed ?? "", `signing key ${seededKid}`)).toBe(seededSecret);
});

it("a rotation signs nobody out: the new key is published, signs, and the old one goes when its last token is gone", async () => {
  const before = await refresh(0);
  const made = await rotateSigningKeys(database, box, clock.now());
  expect(made).toMatchObject({ isNew: true, activeAt: new Date(clock.now().getTime() + 10 * minuteMs) });

  // Another instance, or the command: a running one has it within thirty seconds.
  clock.advance(30_001);
  for (const index of instances.keys()) expect((await published(index)).sort()).toEqual([seededKid, made.kid].sort());
  expect(kidOf(await refresh(1))).toBe(seededKid);

  clock.advance(9 * minuteMs);
  const lastOfOld = await refresh(1);
  expect(kidOf(lastOfOld)).toBe(seededKid);
  await expectTakenEverywhere(before);

  clock.advance(minuteMs);
  const after = await refresh(0);
  expect(kidOf(after)).toBe(made.kid);
  expect(kidOf(await refresh(1))).toBe(made.kid);
  for (const token of [before, lastOfOld, after]) await expectTakenEverywhere(token);

  await housekeeping();
  await expectTakenEverywhere(lastOfOld);
  clock.advance(24 * 60 * minuteMs);
  await housekeeping();
  expect(await published()).toHaveLength(2);
  clock.advance(11 * minuteMs);
  await housekeeping();
  for (const index of instances.keys()) expect(await published(index)).toEqual([made.kid]);
  expect(kidOf(await refresh(1))).toBe(made.kid);
});

it("a token of a key that an instance has not heard of is taken there: it looks once more", async () => {
  const made = await rotateSigningKeys(database, box, clock.now());
  clock.advance(11 * minuteMs);
  const token = await refresh(0);
  expect(kidOf(token)).toBe(made.kid);
  await expectTakenEverywhere(token);
});

it("a rotation while a key waits for its time makes no other", async () => {
  const first = await rotateSigningKeys(database, box, clock.now());
  clock.advance(minuteMs);
  const both = await Promise.all([1, 2].map(() => rotateSigningKeys(database, box, clock.now())));
  expect(both).toEqual([1, 2].map(() => ({ ...first, isNew: false })));
});

describe("with another SECRETS_KEY", () => {
  const another = createSecretBox(Buffer.alloc(32, 8));
  const expected = /^The keys that sign access tokens cannot be read: .*SECRETS_KEY is not the key/;

  it("a server does not start", async () => {
    await expect(openSigningKeys(database, another, clock.now)).rejects.toThrow(expected);
  });

  it("no key is made", async () => {
    const before = await database.prisma.signingKey.count();
    clock.advance(60 * minuteMs);
    await expect(rotateSigningKeys(database, another, clock.now())).rejects.toThrow(expected);
    expect(await database.prisma.signingKey.count()).toBe(before);
  });
});

it("the last key is never removed, however old", async () => {
  clock.advance(365 * 24 * 60 * minuteMs);
  await housekeeping();
  expect(await published()).toHaveLength(1);
});
