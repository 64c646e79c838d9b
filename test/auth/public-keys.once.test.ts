/** Public keys at /.well-known/jwks.json. */
import {
  createLocalJWKSet,
  decodeProtectedHeader,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JSONWebKeySet,
  jwtVerify,
  SignJWT,
} from "jose";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { TestDatabase } from "../harness/database.js";
import { type Account, startTestServer, type TestServer } from "../harness/server.js";
import { type SeededKey, seedKey } from "./seeded-key.js";
import { createClock, whoIs } from "./sessions.js";

const clock = createClock();
let server: TestServer;
let ada: Account;
let seeded: SeededKey;
beforeAll(async () => {
  const seed = async (database: TestDatabase) => {
    seeded = await seedKey(database);
  };
  server = await startTestServer({ now: clock.now, config: { authIssuer: "https://parley.example" }, seed });
  ada = await server.signUp("ada");
});
afterAll(() => server.close());

async function keySet(): Promise<JSONWebKeySet> {
  return JSON.parse(await (await fetch(`${server.url}/.well-known/jwks.json`)).text());
}

const expected = { issuer: "https://parley.example", audience: "https://parley.example", typ: "at+jwt" };

it("verify our tokens, and name who they speak for", async () => {
  const { payload } = await jwtVerify(ada.token, createLocalJWKSet(await keySet()), {
    ...expected,
    currentDate: clock.now(),
  });
  const { id } = await server.database.prisma.user.findFirstOrThrow();
  expect(payload).toEqual({
    iss: "https://parley.example",
    aud: "https://parley.example",
    sub: String(id),
    sid: expect.stringMatching(/^[\da-f-]{36}$/),
    iat: clock.now().getTime() / 1000,
    exp: clock.now().getTime() / 1000 + 900,
  });
});

it("do not verify tokens of others", async () => {
  const { privateKey } = await generateKeyPair("EdDSA");
  const forged = await new SignJWT({})
    .setProtectedHeader({ alg: "EdDSA", kid: decodeProtectedHeader(ada.token).kid ?? "" })
    .sign(privateKey);
  await expect(jwtVerify(forged, createLocalJWKSet(await keySet()))).rejects.toThrow("signature verification failed");
});

it("hold nothing that is private", async () => {
  const answer = await fetch(`${server.url}/.well-known/jwks.json`);
  const text = await answer.text();
  const { kid, jwk } = seeded;
  const { d, x } = jwk;
  expect(JSON.parse(text)).toEqual({ keys: [{ kty: "OKP", crv: "Ed25519", x, kid, alg: "EdDSA", use: "sig" }] });
  expect(text).not.toContain(d);
  expect(answer.headers.get("content-type")).toMatch(/^application\/json/);
  expect(answer.headers.get("cache-control")).toBe("public, max-age=300");
});

it("come to hold a key that another instance made: its tokens are taken within ten seconds, looked for once", async () => {
  const { privateKey } = await generateKeyPair("EdDSA", { extractable: true });
  const { kty = "", crv = "", x = "", d = "" } = await exportJWK(privateKey);
  await server.database.prisma.signingKey.create({
    data: { kid: "new", jwk: { kty, crv, x, d }, createdAt: clock.now(), activeAt: clock.now() },
  });
  const { payload } = await jwtVerify(ada.token, createLocalJWKSet(await keySet()), { currentDate: clock.now() });
  const key = await importJWK({ kty, crv, x, d }, "EdDSA");
  const token = await new SignJWT(payload).setProtectedHeader({ alg: "EdDSA", typ: "at+jwt", kid: "new" }).sign(key);
  expect(await whoIs(server, token)).toBe("401 UNAUTHENTICATED");
  clock.advance(10_001);
  expect(await whoIs(server, token)).toBe("ada");
  expect((await keySet()).keys.map(({ kid }) => kid)).toContain("new");
  expect(await whoIs(server, ada.token)).toBe("ada");
});
