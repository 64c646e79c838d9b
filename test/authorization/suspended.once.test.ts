/** A suspended user cannot sign in with an API key or an external token either. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { graphql } from "../harness/client.js";
import { act, cursorNow } from "../subscriptions/acting.js";
import { until } from "../subscriptions/inbox.js";
import { listen } from "../subscriptions/listener.js";
import { connectSocket, openSocket } from "../subscriptions/socket.js";
import { type Actor, type Community, openCommunity } from "./community.js";

let community: Community;
let moderator: string;
beforeAll(async () => {
  community = await openCommunity();
  const actor = await community.actor("moderator", await community.account());
  moderator = (await actor.token("MODERATE", "LIVE")) ?? "";
});
afterAll(() => community.close());

async function isKnown({ token }: Actor): Promise<boolean> {
  const sent = { token: (await token("READ", "READ")) ?? "" };
  const { body } = await graphql(community.server.url, "{ viewer { id } }", {}, sent);
  if (body.errors !== undefined) expect(body.errors[0]?.extensions.code).toBe("UNAUTHENTICATED");
  return body.data?.viewer != null;
}

test.each(["user", "keyWithScope", "external"] as const)("%s", async (column) => {
  const { url } = community.server;
  const actor = await community.actor(column, await community.account());
  const token = (await actor.token("LIVE", "LIVE")) ?? "";
  const listener = await listen(community.server, { query: "subscription { postCreated { id } }" }, token);
  expect(await isKnown(actor)).toBe(true);

  const userId = actor.account.globalId;
  const input = { userId, until: "2099-01-01T00:00:00Z", reason: "Rude" };
  await act(url, { token: moderator }, "suspendUser", input);
  expect(await listener.closing).toMatchObject({ code: 4403 });
  expect(await isKnown(actor)).toBe(false);
  const refused = await openSocket(url);
  refused.send({ type: "connection_init", payload: { authorization: `Bearer ${token}` } });
  expect(await refused.closing).toMatchObject({ code: 4403 });

  await act(url, { token: moderator }, "liftSuspension", { userId });
  // Sockets are admitted again when its event has come.
  const { server } = community;
  const lifted = await cursorNow(server.database);
  await until(() => server.live.engine.cursor === lifted);
  // Sessions ended for good: who signed in does so again.
  expect(await isKnown(actor)).toBe(column !== "user");
  if (column !== "user") await (await connectSocket(url, token)).close();
});
