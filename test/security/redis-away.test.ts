/** A server during a Redis outage: local limits, one log line, no password checks. */
import { randomInt } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { limitsWith } from "../harness/limits.js";
import { type Account, startTestServer, type TestServer } from "../harness/server.js";
import { openTestLog } from "../invalid-input/log-lines.js";
import { until } from "../subscriptions/inbox.js";
import { startProxy, type TcpProxy } from "../subscriptions/proxy.js";
import { connectSocket, runOn } from "../subscriptions/socket.js";
import { change } from "./production.js";

const redisUrl = process.env.PARLEY_TEST_REDIS;
const { log, lines } = openTestLog();
/** An address that has asked for nothing yet, also not in other runs with the same Redis. */
const somebody = () => ({
  headers: { "x-forwarded-for": `10.${randomInt(256)}.${randomInt(256)}.${randomInt(1, 255)}` },
});
const visitor = somebody();
const page = "{ users(first: 98) { nodes { id } } }";

describe.skipIf(redisUrl === undefined)("while Redis is away", () => {
  let proxy: TcpProxy;
  let server: TestServer;
  let ada: Account;
  beforeAll(async () => {
    const { hostname, port } = new URL(redisUrl ?? "");
    proxy = await startProxy({ host: hostname, port: Number(port || 6379) });
    const limits = limitsWith(
      { visitorPoints: 300, passwordsPerAddress: 1_000_000, passwordsPerAccount: 1_000_000 },
      { cost: 300 },
    );
    const trustedProxies = ["127.0.0.1"];
    const config = { limits, trustedProxies, redisUrl: `redis://127.0.0.1:${proxy.port}` };
    server = await startTestServer({ log, config });
    await until(async () => (await trySignIn()) === "WRONG_CREDENTIALS");
    ada = await server.signUp("ada");
  });
  afterAll(async () => {
    await server.close();
    await proxy.close();
  });

  async function trySignIn(): Promise<string> {
    const answer = await change(server, somebody(), "signIn", { email: "nobody@example.org", password: "wrong" });
    return Array.isArray(answer) ? answer[0] : answer.userErrors[0].code;
  }

  /** While it starts, it may find Redis away too. */
  let before = 0;
  const logged = (text: string) =>
    lines()
      .slice(before)
      .filter(({ msg }) => msg.startsWith(text)).length;

  test("operations are let through and counted by this instance alone, sockets too, and the log says so once", async () => {
    before = lines().length;
    proxy.cut();
    const statuses = [];
    for (let n = 0; n < 2; n += 1) statuses.push((await server.graphql(page, {}, visitor)).status);
    const socket = await connectSocket(server.url, undefined, visitor);
    const [message] = await runOn(socket, "1", { query: page });
    await socket.close();
    expect(statuses).toEqual([200, 200]);
    const errors = message?.payload.errors ?? message?.payload;
    expect(errors[0].extensions).toMatchObject({ code: "RATE_LIMITED", limit: 300 });
    expect(logged("Redis connection lost; each instance counts rate limits for itself")).toBe(1);
  });

  test("no password is checked, set or changed; who is signed in goes on", async () => {
    expect(await trySignIn()).toBe("RATE_LIMITED");
    const input = { handle: "bob", name: "Bob", email: "bob@example.org", password: "a good password" };
    expect(await change(server, somebody(), "signUp", input)).toEqual(["RATE_LIMITED"]);
    const passwords = { currentPassword: ada.password, newPassword: "another password" };
    expect(await change(server, ada, "changePassword", passwords)).toEqual(["RATE_LIMITED"]);
    expect((await server.graphql("{ viewer { handle } }", {}, ada)).body.data).toEqual({ viewer: { handle: "ada" } });
    const { session } = await change(
      server,
      somebody(),
      "refreshSession",
      { refreshToken: ada.refreshToken },
      "session { accessToken }",
    );
    expect(session.accessToken).toEqual(expect.any(String));
  });

  test("when it is back, passwords are checked and buckets shared again", async () => {
    proxy.restore();
    await until(async () => (await trySignIn()) === "WRONG_CREDENTIALS");
    await server.graphql("{ __typename }", {}, visitor);
    await until(() => logged("Redis connection restored; rate limits are shared again") > 0);
  });
});
