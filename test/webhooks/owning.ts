/** Actions of a webhook's owner, over the API. */
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { type Account, startTestServer, type TestServer } from "../harness/server.js";
import { type Receiver, startReceiver } from "./receiver.js";

// What an operation answers depends on the operation: a test says what it expects.
// biome-ignore lint/suspicious/noExplicitAny: see above
type Answer = any;

/** A server that delivers to this machine, and two of its users. Failed attempts come again after `retryWaitsMs`. */
export async function startOwners(retryWaitsMs: readonly number[]) {
  const server = await startTestServer({
    config: { webhookAllowNetworks: ["127.0.0.0/8"], webhooksPerUser: 100 },
    webhookTimes: { retryWaitsMs, pollMs: 5 },
  });
  return { server, ada: await server.signUp("ada"), bob: await server.signUp("bob") };
}

export interface Owners {
  readonly server: TestServer;
  readonly ada: Account;
  readonly bob: Account;
  readonly receiver: Receiver;
}

/** `startOwners` once for a file, and a receiver for each of its tests, given before the test; its webhooks end with it. */
export function forEachTest(retryWaitsMs: readonly number[], give: (owners: Owners) => void): void {
  let owners: Awaited<ReturnType<typeof startOwners>>;
  let receiver: Receiver;
  beforeAll(async () => {
    owners = await startOwners(retryWaitsMs);
  });
  afterAll(() => owners.server.close());
  beforeEach(async () => {
    receiver = await startReceiver();
    give({ ...owners, receiver });
  });
  afterEach(async () => {
    await owners.server.database.prisma.webhook.deleteMany();
    await receiver.close();
  });
}

/** Data of an operation that must succeed. */
export async function ask(server: TestServer, { token }: Account, query: string, variables = {}): Promise<Answer> {
  const { body } = await server.graphql(query, variables, { token });
  if (body.errors !== undefined) throw new Error(JSON.stringify(body.errors));
  return body.data;
}

const fields =
  "id url description subscription state disabledReason failingSince circuitOpenUntil sparedUntil gapAt previousSecretUntil";

/** Sends a mutation of one input and returns its payload. */
export async function change(server: TestServer, account: Account, name: string, input: object): Promise<Answer> {
  const secret = /^(create|rotate)/.test(name) ? "secret" : "";
  const what = name === "deleteWebhook" ? "deletedWebhookId" : `webhook { ${fields} }`;
  const selection = /^(testWebhook|redeliver)$/.test(name) ? "delivery { id eventId state }" : `${what} ${secret}`;
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input!`;
  const document = `mutation ($input: ${type}) { ${name}(input: $input) { ${selection} userErrors { code message field } } }`;
  return (await ask(server, account, document, { input }))[name];
}

export interface Webhook {
  readonly id: string;
  readonly secret: string;
}

export const posts = "subscription { postCreated { id cursor post { title author { handle } } } }";

/** Makes a webhook to a receiver, which then knows its secret. */
export async function createWebhook(
  server: TestServer,
  account: Account,
  receiver: Receiver,
  { subscription = posts, path = "/hook" }: { subscription?: string; path?: string } = {},
): Promise<Webhook> {
  const url = receiver.url.replace("/hook", path);
  const { webhook, secret, userErrors } = await change(server, account, "createWebhook", { url, subscription });
  if (webhook === null) throw new Error(`refused: ${JSON.stringify(userErrors)}`);
  receiver.secrets.set(path, secret);
  return { id: webhook.id, secret };
}

const deliveriesQuery = `query ($id: ID!, $state: WebhookDeliveryState) { node(id: $id) { ... on Webhook { ${fields}
  deliveries(first: 100, state: $state) { totalCount nodes { id eventId type body state attemptCount nextAttemptAt
    attempts { nodes { status error durationMs responseExcerpt } } } } } } }`;

/** A webhook with its deliveries, as its owner sees them. */
export async function look(
  server: TestServer,
  account: Account,
  id: string,
  state: string | null = null,
): Promise<Answer> {
  return (await ask(server, account, deliveriesQuery, { id, state })).node;
}
