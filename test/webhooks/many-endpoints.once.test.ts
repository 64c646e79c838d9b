/** A bad receiver does not delay the others. */
import { expect, test } from "vitest";
import { startTestServer } from "../harness/server.js";
import { post } from "../subscriptions/acting.js";
import { until } from "../subscriptions/inbox.js";
import { range } from "../subscriptions/log.js";
import { createWebhook, look } from "./owning.js";
import { startReceiver } from "./receiver.js";

/** What a hang takes. */
const answerTimeoutMs = 15_000;

test("fifty endpoints, of which five hang: the others do not wait for them", async ({ annotate }) => {
  const hanging = new Set(range(0, 4).map((index) => `/${index}`));
  const receiver = await startReceiver();
  const server = await startTestServer({
    config: { webhookAllowNetworks: ["127.0.0.0/8"], webhooksPerUser: 100 },
    webhookTimes: { answerTimeoutMs },
  });
  const [ada, bob] = [await server.signUp("ada"), await server.signUp("bob")];
  receiver.behave(({ path }, response) => {
    if (!hanging.has(path)) response.writeHead(204).end();
  });
  for (const index of range(0, 49)) await createWebhook(server, ada, receiver, { path: `/${index}` });
  const made = new Map<string, number>();
  for (const index of range(1, 10)) {
    made.set(`Post ${index}`, performance.now());
    await post(server.url, bob, `Post ${index}`);
  }
  const answered = () => receiver.received.all.filter(({ path }) => !hanging.has(path));
  await receiver.received.through(() => answered().length === 45 * 10);
  const delays = answered().map(({ payload, atMs }) => atMs - (made.get(payload.data.postCreated.post.title) ?? 0));
  const p99 = delays.sort((a, b) => a - b)[Math.floor(delays.length * 0.99)];
  await annotate(`p99 of 450 deliveries to the 45 that answer: ${p99?.toFixed(0)} ms; the other 5 hang`);
  expect(answered()).toHaveLength(450);
  expect(p99).toBeLessThan(answerTimeoutMs);
  const inOrder = (path: string) =>
    answered()
      .filter((each) => each.path === path)
      .map(({ payload }) => payload.data.postCreated.post.title);
  for (const index of range(5, 49)) expect(inOrder(`/${index}`)).toEqual([...made.keys()]);
  await receiver.close();
  await server.close();
});

test("the circuit opens for an endpoint that keeps timing out: three attempts, then none for a minute", async () => {
  const receiver = await startReceiver();
  const server = await startTestServer({
    config: { webhookAllowNetworks: ["127.0.0.0/8"] },
    webhookTimes: { answerTimeoutMs: 100, retryWaitsMs: [1, 1, 1, 1] },
  });
  const [ada, bob] = [await server.signUp("ada"), await server.signUp("bob")];
  const hanging = await startReceiver();
  hanging.behave(() => undefined);
  const slow = await createWebhook(server, ada, hanging);
  for (const index of range(1, 5)) await post(server.url, bob, `Post ${index}`);
  await until(async () => (await look(server, ada, slow.id)).circuitOpenUntil !== null);
  const { deliveries } = await look(server, ada, slow.id);
  const errors = deliveries.nodes.flatMap((each: { attempts: { nodes: { error: string }[] } }) =>
    each.attempts.nodes.map(({ error }) => error),
  );
  expect(errors).toHaveLength(3);
  expect(hanging.received.all).toHaveLength(3);
  expect(new Set(errors)).toEqual(new Set(["no answer within 0.1 s"]));
  await hanging.close();
  await receiver.close();
  await server.close();
});
