/** API keys: creation, listing, use, revocation, expiry. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { limitsWith } from "../harness/limits.js";
import { type Account, startTestServer, type TestServer } from "../harness/server.js";
import { until } from "../subscriptions/inbox.js";
import { createKey, makeKey, revokeKey } from "./keys.js";
import { createClock, whoIs } from "./sessions.js";

const clock = createClock();
const refused = "401 UNAUTHENTICATED";
let server: TestServer;
let ada: Account;
let bob: Account;
let accounts = 0;
beforeAll(async () => {
  server = await startTestServer({ now: clock.now, config: { apiKeysPerUser: 3, accessTokenSeconds: 86_400 } });
});
beforeEach(async () => {
  accounts += 1;
  [ada, bob] = [await server.signUp(`ada${accounts}x`), await server.signUp(`bob${accounts}x`)];
});
afterAll(() => server.close());

const inMinutes = (minutes: number) => new Date(clock.now().getTime() + minutes * 60_000).toISOString();

async function keysOf(token: string) {
  const query = "{ viewer { apiKeys { totalCount nodes { id name scopes prefix expiresAt lastUsedAt revokedAt } } } }";
  return (await server.graphql(query, {}, { token })).body.data.viewer.apiKeys;
}

describe("a new key", () => {
  it("acts for its user, and is listed with what was requested", async () => {
    const expiresAt = inMinutes(60);
    const made = await createKey(server.url, ada.token, {
      name: " deploy ",
      scopes: ["READ", "LIVE", "READ"],
      expiresAt,
    });
    expect(made).toEqual({
      secret: expect.stringMatching(/^parley_[\w-]{43}$/),
      userErrors: [],
      apiKey: {
        id: expect.any(String),
        name: "deploy",
        scopes: ["READ", "LIVE"],
        prefix: made.secret.slice(0, 13),
        createdAt: clock.now().toISOString(),
        expiresAt,
        lastUsedAt: null,
        revokedAt: null,
      },
    });
    expect(await whoIs(server, made.secret)).toBe(ada.handle);
  });

  it("is nowhere to be found afterwards: the list and the database have its first characters and its hash", async () => {
    const { secret } = await makeKey(server.url, ada.token, { scopes: ["READ"] });
    expect(JSON.stringify(await keysOf(ada.token))).not.toContain(secret);
    const row = await server.database.prisma.apiKey.findFirstOrThrow({ orderBy: { id: "desc" } });
    expect(JSON.stringify(row, (_, value) => (typeof value === "bigint" ? Number(value) : value))).not.toContain(
      secret.slice(13),
    );
  });

  it("is made once for an Idempotency-Key, and shown again to the retry", async () => {
    const sent = { headers: { "idempotency-key": `a-key-for-${ada.handle}` } };
    const first = await createKey(server.url, ada.token, { scopes: ["READ"] }, sent);
    const again = await createKey(server.url, ada.token, { scopes: ["READ"] }, sent);
    expect(again).toEqual(first);
    expect((await keysOf(ada.token)).totalCount).toBe(1);
    const stored = await server.database.prisma.idempotencyKey.findMany();
    expect(JSON.stringify(stored.map(({ result }) => result))).not.toContain(first.secret);
    const revoke = `mutation ($id: ID!) { revokeApiKey(input: { apiKeyId: $id }) { userErrors { code } } }`;
    await server.graphql(revoke, { id: first.apiKey.id }, { token: ada.token });
    expect((await createKey(server.url, ada.token, { scopes: ["READ"] }, sent)).secret).toBeNull();
  });

  it.each([
    ["without a name", { name: " ", scopes: ["READ"] }, "BLANK", "name"],
    ["with too long a name", { name: "x".repeat(81), scopes: ["READ"] }, "TOO_LONG", "name"],
    ["without a scope", { scopes: [] }, "BLANK", "scopes"],
    ["with its end in the past", { scopes: ["READ"], expiresAt: "2026-11-20T12:00:00Z" }, "INVALID", "expiresAt"],
  ])("is refused %s", async (_, input, code, field) => {
    const refusal = { apiKey: null, secret: null, userErrors: [{ code, field: ["input", field] }] };
    expect(await createKey(server.url, ada.token, input)).toEqual(refusal);
    expect((await keysOf(ada.token)).totalCount).toBe(0);
  });

  it("is refused to a visitor", async () => {
    const mutation = `mutation { createApiKey(input: { name: "ci", scopes: [READ] }) { secret } }`;
    expect((await server.graphql(mutation)).body).toMatchObject({
      data: null,
      errors: [{ extensions: { code: "UNAUTHENTICATED" } }],
    });
  });

  it("is refused to who has as many as they may, until one has ended", async () => {
    const made = [];
    for (const expiresAt of [undefined, undefined, inMinutes(1)]) {
      made.push(await makeKey(server.url, ada.token, { scopes: ["READ"], ...(expiresAt && { expiresAt }) }));
    }
    const tooMany = { apiKey: null, secret: null, userErrors: [{ code: "TOO_MANY", field: null }] };
    expect(await createKey(server.url, ada.token, { scopes: ["READ"] })).toEqual(tooMany);
    await makeKey(server.url, bob.token, { scopes: ["READ"] });
    await revokeKey(server.url, ada.token, made[0]?.id ?? "");
    await makeKey(server.url, ada.token, { scopes: ["READ"] });
    clock.advance(60_000);
    await makeKey(server.url, ada.token, { scopes: ["READ"] });
    expect(await createKey(server.url, ada.token, { scopes: ["READ"] })).toEqual(tooMany);
  });

  it("is one of no more than those when several are asked for at once", async () => {
    const asked = Array.from({ length: 6 }, () => createKey(server.url, ada.token, { scopes: ["READ"] }));
    const made = (await Promise.all(asked)).filter(({ secret }) => secret !== null);
    expect(made).toHaveLength(3);
  });
});

describe("a key of somebody else", () => {
  it("is not there: neither in their list nor by its id, nor to be revoked", async () => {
    const key = await makeKey(server.url, ada.token, { scopes: ["READ"] });
    const query = "query ($id: ID!, $user: ID!) { node(id: $id) { id } user(id: $user) { apiKeys { totalCount } } }";
    const variables = { id: key.id, user: ada.id };
    const nothing = { node: null, user: { apiKeys: null } };
    expect((await server.graphql(query, variables, { token: bob.token })).body.data).toEqual(nothing);
    expect((await server.graphql(query, variables)).body.data).toEqual(nothing);
    const found = { node: { id: key.id }, user: { apiKeys: { totalCount: 1 } } };
    expect((await server.graphql(query, variables, { token: ada.token })).body.data).toEqual(found);
    expect(await revokeKey(server.url, bob.token, key.id)).toEqual(["NOT_FOUND"]);
    expect(await whoIs(server, key.secret)).toBe(ada.handle);
  });
});

describe("a key is refused", () => {
  it("once it was revoked, at once, and it may be revoked again", async () => {
    const key = await makeKey(server.url, ada.token, { scopes: ["READ"] });
    expect(await whoIs(server, key.secret)).toBe(ada.handle);
    for (let attempt = 0; attempt < 2; attempt += 1) {
      expect(await revokeKey(server.url, ada.token, key.id)).toEqual([]);
      expect(await whoIs(server, key.secret)).toBe(refused);
      clock.advance(1_000);
    }
    const [listed] = (await keysOf(ada.token)).nodes;
    expect(Date.parse(listed.revokedAt)).toBe(clock.now().getTime() - 2_000);
  });

  it("once it has expired, to the millisecond, and says so", async () => {
    const { secret } = await makeKey(server.url, ada.token, { scopes: ["READ"], expiresAt: inMinutes(0.1) });
    clock.advance(5_999);
    expect(await whoIs(server, secret)).toBe(ada.handle);
    clock.advance(1);
    const answer = await server.graphql("{ viewer { id } }", {}, { token: secret });
    expect([answer.status, answer.body.errors?.[0]?.message]).toEqual([401, "The API key has expired."]);
    expect(answer.headers.get("www-authenticate")).toBe("Bearer");
  });

  it.each([
    ["unknown", (key: string) => `${key.slice(0, -4)}AAAA`],
    ["longer", (key: string) => `${key}A`],
    ["cut", (key: string) => key.slice(0, -1)],
    ["its prefix alone", (key: string) => key.slice(0, 13)],
    ["without its mark", (key: string) => key.slice(7)],
  ])("when it is %s, and is not repeated", async (_, change) => {
    const { secret } = await makeKey(server.url, ada.token, { scopes: ["READ"] });
    const answer = await server.graphql("{ viewer { id } }", {}, { token: change(secret) });
    expect([answer.status, answer.body.errors?.[0]?.extensions.code]).toEqual([401, "UNAUTHENTICATED"]);
    expect(JSON.stringify(answer.body)).not.toContain(secret.slice(7, 20));
  });

  it("does not end with a session, or with all of them", async () => {
    const { secret } = await makeKey(server.url, ada.token, { scopes: ["READ"] });
    const everywhere = "mutation { signOut(input: { everywhere: true }) { endedSessionCount } }";
    await server.graphql(everywhere, {}, { token: ada.token });
    expect(await whoIs(server, secret)).toBe(ada.handle);
  });
});

describe("the last use of a key", () => {
  it("is noted once a minute", async () => {
    const { secret } = await makeKey(server.url, ada.token, { scopes: ["READ"] });
    const first = clock.now().toISOString();
    const lastUse = async () => (await keysOf(ada.token)).nodes[0].lastUsedAt;
    await whoIs(server, secret);
    await until(async () => (await lastUse()) === first);
    clock.advance(59_000);
    await whoIs(server, secret);
    clock.advance(1_001);
    const second = clock.now().toISOString();
    await whoIs(server, secret);
    // Had the one in between been noted, this one would not be.
    await until(async () => (await lastUse()) === second);
  });
});

it("requests with a key have a rate limit of their own, for each key", async () => {
  const limits = limitsWith(
    { isOn: true, keyPoints: 1, userPoints: 1_000_000, visitorPoints: 1_000_000 },
    { cost: 300 },
  );
  const limited = await startTestServer({ now: clock.now, config: { limits } });
  try {
    const { token } = await limited.signUp("ada");
    const dear = "{ users(first: 100) { nodes { id } } }";
    for (let made = 0; made < 2; made += 1) {
      const { secret } = await makeKey(limited.url, token, { scopes: ["READ"] });
      const first = await limited.graphql(dear, {}, { token: secret });
      expect([first.status, first.headers.get("ratelimit-policy")]).toEqual([200, '"key";q=300;w=60']);
      const statuses = [];
      while (statuses.at(-1) !== 429) statuses.push((await limited.graphql(dear, {}, { token: secret })).status);
      expect(statuses.length).toBeLessThan(5);
    }
    const { headers } = await limited.graphql(dear, {}, { token });
    expect(headers.get("ratelimit-policy")).toContain('"user"');
  } finally {
    await limited.close();
  }
});
