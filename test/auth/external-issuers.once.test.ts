/** Tokens of external issuers: verification, users created from them, unreachable issuers. */
import { generateKeyPair } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestServer, type TestServer } from "../harness/server.js";
import { openTestLog } from "../invalid-input/log-lines.js";
import { connectSocket } from "../subscriptions/socket.js";
import { audience, type Issuer, startIssuer } from "./issuer.js";
import { createClock, whoIs } from "./sessions.js";

const clock = createClock();
const { log, lines } = openTestLog();
const refused = "401 UNAUTHENTICATED";
const away = "503 ISSUER_UNAVAILABLE";
let issuer: Issuer;
let plain: Issuer;
let server: TestServer;
beforeAll(async () => {
  [issuer, plain] = [await startIssuer(clock.now), await startIssuer(clock.now, "/tenant/1")];
  const authIssuers = [
    { issuer: issuer.url, audiences: ["another", audience] },
    { issuer: plain.url, audiences: [audience] },
  ];
  server = await startTestServer({ now: clock.now, log, config: { authIssuers } });
});
afterAll(async () => {
  await server.close();
  await issuer.close();
  await plain.close();
});

let people = 0;
/** Somebody that nobody has heard of. */
function nobody(): string {
  people += 1;
  return `person-${people}`;
}

async function viewerOf(token: string) {
  const { body } = await server.graphql("{ viewer { id handle name email role } }", {}, { token });
  expect(body.errors).toBeUndefined();
  return body.data.viewer;
}

describe("an account without a password", () => {
  const mutation = `mutation ($password: String) { deleteMyAccount(input: { password: $password }) {
    deletedUserId userErrors { code } } }`;

  it("is deleted by a token of its issuer alone", async () => {
    const sub = nobody();
    const token = await issuer.token({ sub, preferred_username: "gone_soon" });
    const { id } = await viewerOf(token);
    const { body } = await server.graphql(mutation, {}, { token });
    expect(body.data.deleteMyAccount).toEqual({ deletedUserId: id, userErrors: [] });
    const { prisma } = server.database;
    expect(await prisma.user.count({ where: { handle: "gone_soon" } })).toBe(0);
    expect(await prisma.externalIdentity.count({ where: { subject: sub } })).toBe(0);
  });

  it("is not what an account with a password can pass for", async () => {
    const ada = await server.signUp("has_password");
    const { body } = await server.graphql(mutation, {}, ada);
    expect(body.data.deleteMyAccount.userErrors).toEqual([{ code: "WRONG_CREDENTIALS" }]);
  });
});

describe("the first token of somebody", () => {
  it("makes them a user with what it tells of them, and the next ones are theirs", async () => {
    const sub = nobody();
    const claims = { sub, name: "Ada Lovelace", email: "Ada@Example.org", email_verified: true };
    const ada = await viewerOf(await issuer.token(claims));
    expect(ada).toEqual({
      id: expect.any(String),
      handle: "ada_lovelace",
      name: "Ada Lovelace",
      email: "ada@example.org",
      role: "USER",
    });
    clock.advance(10_001);
    expect(await viewerOf(await issuer.token({ sub, name: "Another name" }))).toEqual(ada);
    const { prisma } = server.database;
    const user = await prisma.user.findUniqueOrThrow({ where: { handle: "ada_lovelace" } });
    expect(user.passwordHash).toBeNull();
  });

  it("takes the user name for the handle, and one that is free", async () => {
    const claims = { preferred_username: "Grace", name: "Grace Hopper" };
    const handles = [];
    for (let made = 0; made < 11; made += 1) {
      handles.push((await viewerOf(await issuer.token({ ...claims, sub: nobody() }))).handle);
    }
    expect(handles.slice(0, 9)).toEqual(["grace", ...[2, 3, 4, 5, 6, 7, 8, 9].map((n) => `grace_${n}`)]);
    for (const handle of handles.slice(9)) expect(handle).toMatch(/^grace_\d+$/);
    expect(new Set(handles).size).toBe(11);
  });

  it.each([
    ["nothing", {}, { handle: /^user/, name: /^user/ }],
    ["a name with line breaks", { name: " Ada\n\u0000\ud800 L. " }, { handle: /^ada_l$/, name: /^Ada L\.$/ }],
    ["a long name", { name: "x".repeat(200) }, { handle: /^x{24}$/, name: /^x{80}$/ }],
    ["a blank name", { name: " \u200b " }, { handle: /^user/, name: /^user/ }],
    ["what is no text", { name: 7, preferred_username: ["a"] }, { handle: /^user/, name: /^user/ }],
  ])("creates a user from a token with %s", async (_, claims, expected) => {
    const { handle, name } = await viewerOf(await issuer.token({ ...claims, sub: nobody() }));
    expect(handle).toMatch(expected.handle);
    expect(name).toMatch(expected.name);
  });

  it.each([
    ["not verified", { email: "eve@example.org", email_verified: false }],
    ["said to be verified by a text", { email: "eve@example.org", email_verified: "true" }],
    ["no address", { email: "eve", email_verified: true }],
    ["somebody's already", { email: "carol@example.org", email_verified: true }],
  ])("gives no e-mail address that is %s", async (_, claims) => {
    const has = await server.database.prisma.user.count({ where: { handle: "carol" } });
    const carol = has === 0 ? await server.signUp("carol") : undefined;
    const eve = await viewerOf(await issuer.token({ ...claims, sub: nobody(), name: "Eve" }));
    expect(eve.email).toBeNull();
    expect(eve.handle).not.toBe("carol");
    if (carol !== undefined) expect((await viewerOf(carol.token)).email).toBe("carol@example.org");
  });

  it("makes one user of them, however many come at once", async () => {
    const token = await issuer.token({ sub: nobody(), name: "Many" });
    const found = await Promise.all(Array.from({ length: 8 }, () => viewerOf(token)));
    expect(new Set(found.map(({ id }) => id)).size).toBe(1);
    expect(await server.database.prisma.user.count({ where: { name: "Many" } })).toBe(1);
  });

  it("is of another person than the same subject of another issuer", async () => {
    const sub = nobody();
    const [one, other] = [await viewerOf(await issuer.token({ sub })), await viewerOf(await plain.token({ sub }))];
    expect(other.id).not.toBe(one.id);
  });
});

describe("a token is refused", () => {
  it.each([
    ["for another audience", { aud: "somebody-else" }],
    ["for none", { aud: undefined }],
    ["without a subject", { sub: undefined }],
    ["with an empty subject", { sub: "" }],
    ["with a subject that is a number", { sub: 42 }],
    ["with a subject that is a list", { sub: ["a"] }],
    ["with a subject that is no ASCII", { sub: "\u0000" }],
    ["with too long a subject", { sub: "x".repeat(256) }],
    ["without an end", { exp: undefined }],
    ["that has ended", { exp: Math.floor(Date.parse("2026-11-21T11:59:00Z") / 1_000) }],
    ["that has not begun", { nbf: Math.floor(Date.parse("2026-11-21T20:00:00Z") / 1_000) }],
    ["of an issuer that is not ours", { iss: "https://elsewhere.example.org" }],
    ["that says it is our own", { iss: "parley" }],
  ])("%s", async (_, claims) => {
    expect(await whoIs(server, await issuer.token(claims))).toBe(refused);
  });

  it("signed by somebody else, by another issuer of ours, or with a shared secret", async () => {
    const { privateKey } = await generateKeyPair("RS256");
    expect(await whoIs(server, await issuer.token({}, {}, privateKey))).toBe(refused);
    expect(await whoIs(server, await plain.token({ iss: issuer.url }))).toBe(refused);
    const secret = new Uint8Array(32).fill(7);
    expect(await whoIs(server, await issuer.token({}, { alg: "HS256" }, secret))).toBe(refused);
  });

  it("signed with an algorithm that is not on the list, though with the right key", async () => {
    await plain.rotate("RS512");
    clock.advance(10_001);
    expect(await whoIs(server, await plain.token())).toBe(refused);
  });

  it.each(["RS256", "PS256", "ES256", "EdDSA"])("and is taken when it is signed with %s", async (alg) => {
    await plain.rotate(alg);
    clock.advance(10_001);
    expect(await whoIs(server, await plain.token({ sub: `alg ${alg}`, name: `alg ${alg}` }))).toBe(
      `alg_${alg.toLowerCase()}`,
    );
  });
});

describe("the keys of an issuer", () => {
  it("are found by RFC 8414 where there is no OpenID metadata, with the path of the issuer behind", async () => {
    plain.mode = "only RFC 8414";
    await plain.rotate();
    clock.advance(10_001);
    plain.asked.length = 0;
    expect(await whoIs(server, await plain.token({ sub: nobody(), name: "By RFC" }))).toBe("by_rfc");
    expect(plain.asked).toEqual([
      "/tenant/1/.well-known/openid-configuration",
      "/.well-known/oauth-authorization-server/tenant/1",
      "/tenant/1/keys",
    ]);
    plain.mode = "answers";
  });

  it("are kept, and asked for once for all tokens with a key that is new", async () => {
    await whoIs(server, await issuer.token());
    issuer.asked.length = 0;
    await whoIs(server, await issuer.token());
    expect(issuer.asked).toEqual([]);
    await issuer.rotate();
    clock.advance(10_001);
    const token = await issuer.token({ sub: "1" });
    const seen = await Promise.all(Array.from({ length: 5 }, () => whoIs(server, token)));
    expect(new Set(seen).size).toBe(1);
    expect(seen[0]).not.toBe(refused);
    expect(issuer.asked).toHaveLength(2);
  });

  it("are not asked for again by tokens with keys that nobody has", async () => {
    clock.advance(10_001);
    issuer.asked.length = 0;
    for (const kid of ["a", "b", "c"]) expect(await whoIs(server, await issuer.token({}, { kid }))).toBe(refused);
    expect(issuer.asked).toHaveLength(2);
  });

  it("are not taken from metadata that speaks for another issuer, or that names keys without TLS", async () => {
    for (const metadata of [{ issuer: "https://elsewhere.example.org" }, { jwks_uri: "http://example.org/keys" }]) {
      issuer.metadata = metadata;
      await issuer.rotate();
      clock.advance(10_001);
      expect(await whoIs(server, await issuer.token())).toBe(away);
    }
    issuer.metadata = {};
    clock.advance(10_001);
    expect(await whoIs(server, await issuer.token())).not.toBe(away);
  });
});

describe.each(["resets", "fails", "hangs"] as const)("while an issuer %s", (mode) => {
  it("keys that are known go on being taken; others are refused with 503, and taken when it is back", async () => {
    const known = await issuer.token({ exp: Math.floor(clock.now().getTime() / 1_000) + 3_600 });
    expect(await whoIs(server, known)).not.toMatch(/^\d/);
    issuer.mode = mode;
    await issuer.rotate();
    const later = await issuer.token({ exp: Math.floor(clock.now().getTime() / 1_000) + 3_600 });
    // Old enough to be asked for again, which nobody waits for.
    clock.advance(600_001);
    expect(await whoIs(server, known)).not.toMatch(/^\d/);
    const answer = await server.graphql("{ viewer { id } }", {}, { token: later });
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "5"]);
    expect(answer.body.errors?.[0]?.extensions.code).toBe("ISSUER_UNAVAILABLE");
    await expect(connectSocket(server.url, later)).rejects.toThrow(/^the socket was closed: 1013 /);
    const stream = await fetch(`${server.url}/graphql/stream?query={viewer{id}}`, {
      headers: { authorization: `Bearer ${later}` },
    });
    expect(stream.status).toBe(503);
    // It was asked, and asked no more for a while.
    const asked = issuer.asked.length;
    expect(await whoIs(server, later)).toBe(away);
    expect(issuer.asked).toHaveLength(asked);
    issuer.mode = "answers";
    clock.advance(10_001);
    expect(await whoIs(server, later)).not.toMatch(/^\d/);
  });
});

it("an issuer that was away from the start is asked when it is back", async () => {
  const late = await startIssuer(clock.now);
  late.mode = "resets";
  const authIssuers = [{ issuer: late.url, audiences: [audience] }];
  const another = await startTestServer({ now: clock.now, config: { authIssuers } });
  try {
    expect(await whoIs(another, await late.token())).toBe(away);
    late.mode = "answers";
    expect(await whoIs(another, await late.token())).toBe(away);
    clock.advance(10_001);
    expect(await whoIs(another, await late.token({ name: "At last" }))).toBe("at_last");
  } finally {
    await another.close();
    await late.close();
  }
});

describe("whoever comes with such a token", () => {
  const signOut = (input: string) =>
    `mutation { signOut(input: ${input}) { endedSessionCount userErrors { code field } } }`;

  it("has no session to end, and gets a user error", async () => {
    const token = await issuer.token();
    const { body } = await server.graphql(signOut("{}"), {}, { token });
    expect(body.data.signOut).toEqual({ endedSessionCount: 0, userErrors: [{ code: "NO_SESSION", field: null }] });
    const everywhere = await server.graphql(signOut("{ everywhere: true }"), {}, { token });
    expect(everywhere.body.data.signOut).toEqual({ endedSessionCount: 0, userErrors: [] });
    const { viewer } = (await server.graphql("{ viewer { sessions { nodes { id } } } }", {}, { token })).body.data;
    expect(viewer.sessions.nodes).toEqual([]);
  });

  it("has no password to change", async () => {
    const change = `mutation { changePassword(input: { currentPassword: "", newPassword: "12345678" }) { userErrors { code } } }`;
    const { body } = await server.graphql(change, {}, { token: await issuer.token() });
    expect(body.data.changePassword.userErrors).toEqual([{ code: "WRONG_CREDENTIALS" }]);
  });

  it("writes, and appears in the event log", async () => {
    const token = await issuer.token({ sub: nobody(), name: "A writer" });
    const socket = await connectSocket(server.url);
    const { eventCursor } = (await server.graphql("{ eventCursor }")).body.data;
    const query = `subscription { events(after: "${eventCursor}") { ... on UserCreated { user { handle } } } }`;
    socket.send({ id: "1", type: "subscribe", payload: { query } });
    const write = `mutation { createPost(input: { title: "Hello", content: "…" }) { post { author { handle } } } }`;
    const { body } = await server.graphql(write, {}, { token });
    expect(body.data.createPost.post.author.handle).toBe("a_writer");
    const { payload } = await socket.messages.find(({ type }) => type === "next");
    expect(payload.data.events.user.handle).toBe("a_writer");
    await socket.close();
  });

  it("listens until the token expires", async () => {
    const real = await startTestServer({
      config: { authIssuers: [{ issuer: issuer.url, audiences: [audience] }] },
    });
    try {
      const exp = Math.floor(Date.now() / 1_000) + 1;
      const iat = exp - 600;
      const socket = await connectSocket(real.url, await issuer.token({ exp, iat }));
      expect(await socket.closing).toEqual({ code: 4403, reason: "The access token has expired" });
    } finally {
      await real.close();
    }
  });
});

it("nothing of all this was an error of the server's", () => {
  expect(lines().filter(({ level }) => level >= 50)).toEqual([]);
});
