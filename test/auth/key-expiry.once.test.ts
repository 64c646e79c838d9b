/** A socket lives as long as its API key and its session, on every instance. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Account, startTestServer, type TestServer } from "../harness/server.js";
import { canShare, type Instances, join, startInstances } from "../subscriptions/instances.js";
import { listen } from "../subscriptions/listener.js";
import { connectSocket, runOn } from "../subscriptions/socket.js";
import { makeKey, revokeKey } from "./keys.js";

const everything = { query: "subscription { events { cursor } }" };
const revoked = { code: 4403, reason: "The API key was revoked" };

describe("on one instance", () => {
  let server: TestServer;
  let ada: Account;
  let now = new Date();
  beforeAll(async () => {
    server = await startTestServer({ now: () => now });
    ada = await server.signUp("ada");
  });
  afterAll(() => server.close());

  it("revoking a key closes the sockets opened with it at once, and no others", async () => {
    const [key, other] = [
      await makeKey(server.url, ada.token, { scopes: ["LIVE", "READ"] }),
      await makeKey(server.url, ada.token, { scopes: ["LIVE", "READ"] }),
    ];
    const closing = [await listen(server, everything, key.secret), await connectSocket(server.url, key.secret)];
    const staying = [await connectSocket(server.url, other.secret), await connectSocket(server.url, ada.token)];
    expect(await revokeKey(server.url, ada.token, key.id)).toEqual([]);
    for (const socket of closing) expect(await socket.closing).toEqual(revoked);
    for (const socket of staying) {
      expect((await runOn(socket, "1", { query: "{ viewer { handle } }" }))[0]?.type).toBe("next");
      await socket.close();
    }
    await expect(connectSocket(server.url, key.secret)).rejects.toThrow(
      "4403 The API key is unknown or was revoked, or its user is suspended.",
    );
  });

  it("a stream of server-sent events ends with its key", async () => {
    const key = await makeKey(server.url, ada.token, { scopes: ["LIVE"] });
    const response = await fetch(`${server.url}/graphql/stream?${new URLSearchParams(everything)}`, {
      headers: { authorization: `Bearer ${key.secret}`, accept: "text/event-stream" },
    });
    expect(response.status).toBe(200);
    await revokeKey(server.url, ada.token, key.id);
    expect(await response.text()).not.toContain("complete");
  });

  it("a socket closes when its key expires", async () => {
    const expiresAt = new Date(now.getTime() + 300).toISOString();
    const key = await makeKey(server.url, ada.token, { scopes: ["LIVE"], expiresAt });
    const socket = await connectSocket(server.url, key.secret);
    expect(await socket.closing).toEqual({ code: 4403, reason: "The API key has expired" });
    now = new Date(now.getTime() + 300);
    await expect(connectSocket(server.url, key.secret)).rejects.toThrow("4403 The API key has expired.");
  });
});

describe.runIf(canShare)("on several instances", () => {
  let instances: Instances;
  beforeAll(async () => {
    instances = await startInstances();
  });
  afterAll(() => instances.close());

  it("a key that is revoked on one is refused on the other, and its sockets there close", async () => {
    const { first, second } = instances;
    const ada = await join(first.url, "ada");
    const key = await makeKey(first.url, ada.token, { scopes: ["LIVE"] });
    const listener = await listen(second, everything, key.secret);
    await revokeKey(first.url, ada.token, key.id);
    expect(await listener.closing).toEqual(revoked);
    // It was remembered there; it is not any more.
    await expect(connectSocket(second.url, key.secret)).rejects.toThrow(
      "4403 The API key is unknown or was revoked, or its user is suspended.",
    );
  });
});
