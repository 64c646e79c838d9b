/** Who is suspended has no session from that moment on, and gets none until it is over. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { listen } from "../subscriptions/listener.js";
import { act, type Community, errorOf, openCommunity, read } from "./doing.js";

const start = Date.parse("2026-11-25T12:00:00Z");
let time = start;
let c: Community;
beforeAll(async () => {
  c = await openCommunity({ now: () => new Date(time) });
});
afterAll(() => c.server.close());

/** Before the tokens of the others expire. */
const until = "2026-11-25T12:10:00.000Z";
const reason = "Spam, again";

test("all sessions end at once, sockets too; signing in and refreshing are refused until it is over", async () => {
  const { server, moderator, bob } = c;
  const socket = await listen(server, { query: "subscription { postCreated { id } }" }, bob.token);
  const signIn = { email: bob.email, password: bob.password };
  const { user } = await act(
    server,
    moderator,
    "suspendUser",
    { userId: bob.id, until, reason },
    "user { suspendedUntil }",
  );
  expect(user).toEqual({ suspendedUntil: until });
  expect(await socket.closing).toMatchObject({ code: 4403 });
  const asked = await server.graphql("{ viewer { handle } }", {}, { token: bob.token });
  expect(asked.body.errors?.[0]?.extensions.code).toBe("UNAUTHENTICATED");
  const refused = await act(server, undefined, "signIn", signIn, "session { accessToken } user { id }");
  expect(refused).toMatchObject({ session: null, user: null, refusals: ["SUSPENDED"] });
  expect(refused.userErrors[0].message).toContain(until);
  const refreshed = await act(server, undefined, "refreshSession", { refreshToken: bob.refreshToken });
  expect(refreshed.refusals).toEqual(["SUSPENDED"]);
  // A wrong password reveals nothing of it.
  const guess = { ...signIn, password: "a guess of mine" };
  expect((await act(server, undefined, "signIn", guess)).refusals).toEqual(["WRONG_CREDENTIALS"]);

  time = Date.parse(until);
  const { session } = await act(server, undefined, "signIn", signIn, "session { accessToken }");
  const query = "{ viewer { handle suspendedUntil } }";
  expect(await read(server, query, { token: session.accessToken })).toEqual({
    viewer: { handle: "bob", suspendedUntil: until },
  });
  expect((await act(server, undefined, "refreshSession", { refreshToken: bob.refreshToken })).refusals).toEqual([
    "INVALID_REFRESH_TOKEN",
  ]);
});

test("a session that was just being opened when its user was suspended is none", async () => {
  const { server, carol, moderator } = c;
  const { prisma } = server.database;
  await act(server, moderator, "suspendUser", { userId: carol.id, until: "2030-01-01T00:00:00Z", reason });
  await prisma.session.updateMany({ where: { user: { handle: "carol" } }, data: { revokedAt: null } });
  const asked = await server.graphql("{ viewer { handle } }", {}, { token: carol.token });
  expect(asked.body.errors?.[0]?.extensions.code).toBe("UNAUTHENTICATED");
});

test("lifted, it is over at once; others see nothing of it", async () => {
  const { server, carol, moderator, ada, admin } = c;
  const query = '{ user(handle: "carol") { suspendedUntil } }';
  const seen = { user: { suspendedUntil: "2030-01-01T00:00:00.000Z" } };
  for (const who of [moderator, admin]) expect(await read(server, query, who)).toEqual(seen);
  for (const who of [undefined, ada])
    expect(await read(server, query, who)).toEqual({ user: { suspendedUntil: null } });
  for (let times = 0; times < 2; times += 1)
    expect((await act(server, moderator, "liftSuspension", { userId: carol.id })).refusals).toEqual([]);
  const { email, password } = carol;
  expect((await act(server, undefined, "signIn", { email, password })).refusals).toEqual([]);
  const { auditLog } = await read(server, "{ auditLog { nodes { action reason subject { id } } } }", admin);
  expect(auditLog.nodes).toEqual([
    { action: "LIFT_SUSPENSION", reason: null, subject: { id: carol.id } },
    { action: "SUSPEND", reason: `until 2030-01-01T00:00:00.000Z: ${reason}`, subject: { id: carol.id } },
    { action: "SUSPEND", reason: `until ${until}: ${reason}`, subject: { id: c.bob.id } },
  ]);
});

test("moderators suspend users, admins moderators as well, nobody admins or themselves", async () => {
  const { server, ada, bob, moderator, admin } = c;
  const input = { until: "2030-01-01T00:00:00Z", reason };
  const { prisma } = server.database;
  await prisma.user.update({ where: { handle: "bob" }, data: { role: "MODERATOR" } });
  expect(await errorOf(server, undefined, "suspendUser", { ...input, userId: ada.id })).toBe("UNAUTHENTICATED");
  expect(await errorOf(server, ada, "suspendUser", { ...input, userId: moderator.id })).toBe("FORBIDDEN");
  for (const userId of [admin.id, bob.id]) {
    expect(await errorOf(server, moderator, "suspendUser", { ...input, userId })).toBe("FORBIDDEN");
    expect(await errorOf(server, moderator, "liftSuspension", { userId })).toBe("FORBIDDEN");
  }
  expect((await act(server, admin, "suspendUser", { ...input, userId: bob.id })).refusals).toEqual([]);
  for (const who of [moderator, admin]) {
    expect((await act(server, who, "suspendUser", { ...input, userId: who.id })).refusals).toEqual(["SELF"]);
    expect((await act(server, who, "liftSuspension", { userId: who.id })).refusals).toEqual(["SELF"]);
  }
});

test("a suspension is of somebody, until a moment to come, for a reason", async () => {
  const { server, ada, moderator } = c;
  const nobody = Buffer.from("User:999999").toString("base64url");
  const input = { userId: ada.id, until: "2030-01-01T00:00:00Z", reason };
  const past = new Date(time).toISOString();
  expect((await act(server, moderator, "suspendUser", { ...input, userId: nobody })).refusals).toEqual(["NOT_FOUND"]);
  expect((await act(server, moderator, "liftSuspension", { userId: nobody })).refusals).toEqual(["NOT_FOUND"]);
  expect((await act(server, moderator, "suspendUser", { ...input, until: past })).refusals).toEqual(["INVALID"]);
  expect((await act(server, moderator, "suspendUser", { ...input, reason: "" })).refusals).toEqual(["BLANK"]);
  expect(await errorOf(server, moderator, "suspendUser", { ...input, until: "tomorrow" })).toBe("BAD_USER_INPUT");
});
