import {
  createLocalJWKSet,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JSONWebKeySet,
  type JWK,
  jwtVerify,
  SignJWT,
} from "jose";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Account, startTestServer, type TestServer } from "../harness/server.js";

let server: TestServer;
let ada: Account;
let clock = new Date();

beforeAll(async () => {
  server = await startTestServer({ now: () => clock });
  ada = await server.signUp("ada");
});
afterAll(() => server.close());

const ask = (authorization: string) => server.graphql("{ viewer { handle } }", {}, { headers: { authorization } });

async function expectRefused(authorization: string) {
  const { status, headers, body } = await ask(authorization);
  expect({ status, code: body.errors?.[0]?.extensions.code }, authorization).toEqual({
    status: 401,
    code: "UNAUTHENTICATED",
  });
  expect(headers.get("www-authenticate")).toBe("Bearer");
  expect(body.data).toBeUndefined();
}

/** Our own signing key and the claims of a good token, to make bad ones of. */
async function forge(
  change: { claims?: object; header?: object; key?: Parameters<SignJWT["sign"]>[0]; alg?: string } = {},
) {
  const stored = await server.database.prisma.signingKey.findFirstOrThrow();
  const key = change.key ?? (await importJWK(stored.jwk as Record<string, string>, "EdDSA"));
  const [, payload = ""] = ada.token.split(".");
  const claims = { ...JSON.parse(Buffer.from(payload, "base64url").toString()), ...change.claims };
  return new SignJWT(claims)
    .setProtectedHeader({ alg: change.alg ?? "EdDSA", typ: "at+jwt", kid: stored.kid, ...change.header })
    .sign(key);
}

test("a good token is taken, also one made by hand with the same key and claims", async () => {
  expect((await ask(`Bearer ${ada.token}`)).body.data.viewer.handle).toBe("ada");
  expect((await ask(`bearer ${await forge()}`)).body.data.viewer.handle).toBe("ada");
});

test("a token for another audience, of another issuer or kind, or without its claims is refused", async () => {
  await expectRefused(`Bearer ${await forge({ claims: { aud: "another" } })}`);
  await expectRefused(`Bearer ${await forge({ claims: { iss: "another" } })}`);
  await expectRefused(`Bearer ${await forge({ header: { typ: "JWT" } })}`);
  await expectRefused(`Bearer ${await forge({ header: { kid: "unknown" } })}`);
  await expectRefused(`Bearer ${await forge({ claims: { sid: undefined } })}`);
  await expectRefused(`Bearer ${await forge({ claims: { sid: "no uuid" } })}`);
  await expectRefused(`Bearer ${await forge({ claims: { sub: "2" } })}`);
  await expectRefused(`Bearer ${await forge({ claims: { exp: undefined } })}`);
});

test("a token signed by another key, with another algorithm or with none is refused", async () => {
  const { privateKey } = await generateKeyPair("EdDSA");
  await expectRefused(`Bearer ${await forge({ key: privateKey })}`);
  const stored = await server.database.prisma.signingKey.findFirstOrThrow();
  const { x = "" } = stored.jwk as Record<string, string>;
  await expectRefused(`Bearer ${await forge({ key: Buffer.from(x.padEnd(44, "=")), alg: "HS256" })}`);
  const [header = "", payload = "", signature = ""] = ada.token.split(".");
  const none = Buffer.from(JSON.stringify({ alg: "none", typ: "at+jwt" })).toString("base64url");
  await expectRefused(`Bearer ${none}.${payload}.`);
  await expectRefused(`Bearer ${none}.${payload}.${signature}`);
  await expectRefused(`Bearer ${header}.${payload.slice(0, -2)}AA.${signature}`);
});

test("a header of another form is refused", async () => {
  for (const header of ["Basic YTpi", "Bearer", `Token ${ada.token}`, `Bearer ${ada.token} ${ada.token}`, ada.token]) {
    await expectRefused(header);
  }
});

test("an expired token is refused, and says so", async () => {
  const before = clock;
  clock = new Date(clock.getTime() + 901_000);
  expect((await ask(`Bearer ${ada.token}`)).body.errors?.[0]?.message).toContain("expired");
  await expectRefused(`Bearer ${ada.token}`);
  clock = before;
});

test("the published keys verify our tokens and hold nothing private", async () => {
  const response = await fetch(`${server.url}/.well-known/jwks.json`);
  const jwks = (await response.json()) as JSONWebKeySet & { keys: [JWK] };
  const { payload } = await jwtVerify(ada.token, createLocalJWKSet(jwks), { audience: "parley", currentDate: clock });
  expect(payload.iss).toBe("parley");
  expect(jwks.keys).toHaveLength(1);
  expect(Object.keys(jwks.keys[0]).sort()).toEqual(["alg", "crv", "kid", "kty", "use", "x"]);
  const imported = await importJWK(jwks.keys[0], "EdDSA");
  expect(await exportJWK(imported)).not.toHaveProperty("d");
});

test("an e-mail address is seen by its owner and admins alone, whichever way the user is reached", async () => {
  const bob = await server.signUp("bob_mail");
  const admin = await server.signUp("the_admin");
  await server.database.prisma.user.update({ where: { handle: "the_admin" }, data: { role: "ADMIN" } });
  clock = new Date(clock.getTime() + 10_001);
  const made = await server.graphql(
    `mutation { createPost(input: { title: "t", content: "c" }) { post { id } } }`,
    {},
    { token: ada.token },
  );
  const postId = made.body.data.createPost.post.id;
  await server.graphql(
    "mutation ($id: ID!) { likePost(input: { postId: $id }) { post { id } } }",
    { id: postId },
    { token: ada.token },
  );
  const query = `query ($user: ID!, $post: ID!) {
    user(id: $user) { email } byHandle: user(handle: "ada") { email } node(id: $user) { ... on User { email } }
    post(id: $post) { author { email } likedBy { nodes { email } } } users(first: 100) { nodes { handle email } }
  }`;
  const seen = async (token?: string) => {
    const { body } = await server.graphql(query, { user: ada.id, post: postId }, token === undefined ? {} : { token });
    const { user, byHandle, node, post, users } = body.data;
    const listed = users.nodes.find(({ handle }: { handle: string }) => handle === "ada");
    return new Set([user, byHandle, node, post.author, post.likedBy.nodes[0], listed].map(({ email }) => email));
  };
  expect(await seen()).toEqual(new Set([null]));
  expect(await seen(bob.token)).toEqual(new Set([null]));
  expect(await seen(ada.token)).toEqual(new Set([ada.email]));
  expect(await seen(admin.token)).toEqual(new Set([ada.email]));
});
