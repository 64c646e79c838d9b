/** Access tokens that this server did not sign, or signed for another purpose. */
import {
  type CryptoKey,
  decodeJwt,
  decodeProtectedHeader,
  exportSPKI,
  generateKeyPair,
  importJWK,
  SignJWT,
  UnsecuredJWT,
} from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestDatabase } from "../harness/database.js";
import { type Account, startTestServer, type TestServer } from "../harness/server.js";
import { type SeededKey, seedKey } from "./seeded-key.js";
import { createClock, whoIs } from "./sessions.js";

const clock = createClock();
const refused = "401 UNAUTHENTICATED";
let server: TestServer;
let ada: Account;
let eve: Account;
let ours: { kid: string; privateKey: CryptoKey; publicPem: string };
let theirs: CryptoKey;
beforeAll(async () => {
  let seeded: SeededKey | undefined;
  const seed = async (database: TestDatabase) => {
    seeded = await seedKey(database);
  };
  server = await startTestServer({ now: clock.now, seed });
  if (seeded === undefined) throw new Error("the server was not seeded");
  [ada, eve] = [await server.signUp("ada"), await server.signUp("eve")];
  const { kid, jwk } = seeded;
  const { d, ...open } = jwk;
  const [privateKey, publicKey] = [
    await importJWK({ ...open, d }, "EdDSA"),
    await importJWK(open, "EdDSA", { extractable: true }),
  ];
  if (privateKey instanceof Uint8Array || publicKey instanceof Uint8Array) throw new Error("the key is not Ed25519");
  ours = { kid, privateKey, publicPem: await exportSPKI(publicKey) };
  theirs = (await generateKeyPair("EdDSA")).privateKey;
});
afterAll(() => server.close());

interface Parts {
  readonly header?: Record<string, unknown>;
  readonly claims?: Record<string, unknown>;
  readonly key?: CryptoKey | Uint8Array;
}

/** A token of ada's like the server's own, but for these parts. A claim that is undefined is left out. */
function forge({ header, claims, key = ours.privateKey }: Parts = {}): Promise<string> {
  const payload = Object.entries({ ...decodeJwt(ada.token), ...claims }).filter(([, value]) => value !== undefined);
  const protectedHeader = { alg: "EdDSA", ...decodeProtectedHeader(ada.token), ...header };
  return new SignJWT(Object.fromEntries(payload)).setProtectedHeader(protectedHeader).sign(key);
}

const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

it("one that is forged with our own key and nothing changed is taken: the forgery is a good one", async () => {
  expect(await whoIs(server, await forge())).toBe("ada");
});

describe("a token is refused", () => {
  it("when its signature or its claims were tampered with", async () => {
    const [header, payload, signature = ""] = ada.token.split(".");
    const another = signature.startsWith("A") ? "B" : "A";
    expect(await whoIs(server, `${header}.${payload}.${another}${signature.slice(1)}`)).toBe(refused);
    const asEve = base64({ ...decodeJwt(ada.token), sub: decodeJwt(eve.token).sub });
    expect(await whoIs(server, `${header}.${asEve}.${signature}`)).toBe(refused);
    expect(await whoIs(server, `${header}.${payload}.`)).toBe(refused);
    expect(await whoIs(server, `${header}.${payload}.${eve.token.split(".")[2]}`)).toBe(refused);
  });

  it("when it is not signed at all", async () => {
    const claims = decodeJwt(ada.token);
    expect(await whoIs(server, new UnsecuredJWT(claims).encode())).toBe(refused);
    for (const alg of ["none", "None", "NONE", ""]) {
      const header = base64({ ...decodeProtectedHeader(ada.token), alg });
      expect(await whoIs(server, `${header}.${base64(claims)}.`)).toBe(refused);
      expect(await whoIs(server, `${header}.${base64(claims)}.${ada.token.split(".")[2]}`)).toBe(refused);
    }
  });

  it("when the public key, which everybody has, was taken for a secret", async () => {
    for (const secret of [ours.publicPem, ours.publicPem.trim()]) {
      const key = new TextEncoder().encode(secret);
      expect(await whoIs(server, await forge({ header: { alg: "HS256" }, key }))).toBe(refused);
    }
  });

  it("when another key signed it, under our key's id, under none, and under one that nobody knows", async () => {
    for (const kid of [ours.kid, undefined, "unknown", "../../etc/passwd", ""]) {
      expect(await whoIs(server, await forge({ header: { kid }, key: theirs }))).toBe(refused);
    }
  });

  it("when the key comes with it", async () => {
    const { publicKey, privateKey } = await generateKeyPair("EdDSA", { extractable: true });
    const { kty, crv, x } = await crypto.subtle.exportKey("jwk", publicKey);
    for (const header of [
      { jwk: { kty, crv, x } },
      { jku: "https://evil.example/jwks.json" },
      { x5u: "https://evil.example" },
    ]) {
      expect(await whoIs(server, await forge({ header, key: privateKey }))).toBe(refused);
    }
  });

  it.each([
    ["another audience", { aud: "another" }],
    ["several audiences, none of them ours", { aud: ["another", "a third"] }],
    ["no audience", { aud: undefined }],
    ["another issuer", { iss: "another" }],
    ["no issuer", { iss: undefined }],
    ["no session", { sid: undefined }],
    ["a session that is no identifier", { sid: "'; DROP TABLE sessions; --" }],
    ["a session that never was", { sid: "00000000-0000-4000-8000-000000000000" }],
    ["a list of sessions", { sid: ["a"] }],
    ["no subject", { sub: undefined }],
    ["a subject that is no number", { sub: "ada" }],
    ["another subject than the session's", { sub: "2" }],
    ["no end", { exp: undefined }],
    ["an end that is over", { exp: Date.parse("2026-11-21T12:00:00Z") / 1000 - 1 }],
    ["an end that is no time", { exp: "2099-01-01" }],
    ["a beginning to come", { nbf: Date.parse("2026-11-21T12:00:10Z") / 1000 }],
  ])("when our own key signed it with %s", async (_, claims) => {
    expect(await whoIs(server, await forge({ claims }))).toBe(refused);
  });

  it.each(["JWT", "refresh+jwt", "id+jwt", undefined])(
    "when our own key signed it as another type: %s",
    async (typ) => {
      expect(await whoIs(server, await forge({ header: { typ } }))).toBe(refused);
    },
  );

  it("when it asks for extensions that nobody understands", async () => {
    const header = base64({ ...decodeProtectedHeader(ada.token), crit: ["exp2"], exp2: 1 });
    expect(await whoIs(server, `${header}.${ada.token.split(".").slice(1).join(".")}`)).toBe(refused);
  });

  it.each([".", "..", "...", "a.b.c", "e30.e30.e30", "e30..", "bnVsbA.bnVsbA.bnVsbA", "A".repeat(10_000)])(
    "when it is none: %s",
    async (token) => {
      expect(await whoIs(server, token)).toBe(refused);
    },
  );

  it("though a session ended otherwise than by time, at once", async () => {
    const bob = await server.signUp("bob");
    expect(await whoIs(server, bob.token)).toBe("bob");
    await server.graphql("mutation { signOut(input: {}) { endedSessionCount } }", {}, { token: bob.token });
    const sub = decodeJwt(bob.token).sub;
    expect(await whoIs(server, await forge({ claims: { sub, sid: decodeJwt(bob.token).sid } }))).toBe(refused);
  });
});
