/** A server of its own for a test: on port 0, on a database of its own, with a clock the test may set. */
import { randomBytes } from "node:crypto";
import { type Config, readConfig } from "../../src/config/config.js";
import type { DatabaseLimits } from "../../src/db/postgres.js";
import { type Log, openLog } from "../../src/log.js";
import { startServer } from "../../src/server.js";
import type { Subscriptions } from "../../src/transports/open-subscriptions.js";
import type { WebhookTimes } from "../../src/webhooks/webhooks.js";
import { type GraphQLAnswer, graphql, type Sent } from "./client.js";
import { openTestDatabase, type TestDatabase } from "./database.js";

export interface TestServer {
  readonly url: string;
  readonly database: TestDatabase;
  readonly live: Subscriptions;
  /** Sends an operation over HTTP. */
  graphql(query: string, variables?: Record<string, unknown>, sent?: Sent): Promise<GraphQLAnswer>;
  /** Makes an account. Throws when that is refused. */
  signUp(handle: string): Promise<Account>;
  close(): Promise<void>;
}

export interface Account {
  /** Global id. */
  readonly id: string;
  readonly handle: string;
  readonly email: string;
  readonly password: string;
  readonly token: string;
  readonly refreshToken: string;
}

export interface TestServerOptions {
  readonly config?: Partial<Config>;
  readonly now?: () => Date;
  /** Default as the settings say, which is silent. */
  readonly log?: Log;
  /** Connections to PostgreSQL, and what may wait for them. Default 5, and no bounds. */
  readonly pool?: { readonly size: number; readonly limits: DatabaseLimits };
  /** Called with the database before the server starts. */
  readonly seed?: (database: TestDatabase) => Promise<void>;
  readonly webhookTimes?: Partial<WebhookTimes>;
}

/** Seals the secrets of tests. */
/** Of all servers of a test: several on one database need the same. */
export const secretsKey = randomBytes(32).toString("base64");

export async function startTestServer({
  config,
  now,
  log,
  pool,
  seed,
  webhookTimes,
}: TestServerOptions = {}): Promise<TestServer> {
  const database = await openTestDatabase(pool?.size, pool?.limits);
  await seed?.(database);
  const quiet = { PORT: "0", DEMO: "off", LOG_LEVEL: "silent", PLAYGROUND: "off", RATE_LIMIT: "off" };
  const settings = { ...readConfig({ ...quiet, SECRETS_KEY: secretsKey }), ...config };
  const server = await startServer({
    config: settings,
    log: log ?? openLog(settings.logLevel),
    now: now ?? (() => new Date()),
    openDatabase: async () => database,
    ...(webhookTimes && { webhookTimes }),
  });
  const send = (query: string, variables?: Record<string, unknown>, sent?: Sent) =>
    graphql(server.url, query, variables, sent);
  return {
    url: server.url,
    database,
    live: server.live,
    graphql: send,
    signUp: (handle) => signUp(send, handle),
    close: () => server.close(),
  };
}

const signUpMutation = `mutation ($input: SignUpInput!) {
  signUp(input: $input) { session { accessToken refreshToken } user { id } userErrors { code message } }
}`;

async function signUp(send: TestServer["graphql"], handle: string): Promise<Account> {
  const input = { handle, name: handle, email: `${handle}@example.org`, password: `the password of ${handle}` };
  const { body } = await send(signUpMutation, { input });
  const session = body.data?.signUp.session;
  if (!session) throw new Error(`signing up ${handle} was refused: ${JSON.stringify(body)}`);
  const { accessToken: token, refreshToken } = session;
  return { id: body.data?.signUp.user.id, handle, email: input.email, password: input.password, token, refreshToken };
}
