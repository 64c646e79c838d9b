/** Several instances on one PostgreSQL, and one Redis if available. */

import { type Config, readConfig } from "../../src/config/config.js";
import { openPostgres } from "../../src/db/postgres.js";
import { openLog } from "../../src/log.js";
import { type RunningServer, startServer } from "../../src/server.js";
import { databaseKind, openTestDatabase, type TestDatabase } from "../harness/database.js";
import { findServices } from "../harness/services.js";

const { redisUrl } = await findServices({ ...process.env, CI: "" });

/** Whether instances can share a database in this project, and a bus on this machine. */
export const canShare = databaseKind === "postgres" && redisUrl !== undefined;

/** Throws where there is none: look at `canShare` first. */
export function sharedRedisUrl(): string {
  if (redisUrl === undefined) throw new Error("this test needs Redis");
  return redisUrl;
}

export interface Instances {
  readonly first: RunningServer;
  readonly second: RunningServer;
  readonly database: TestDatabase;
  close(): Promise<void>;
}

/** Two of them. The first one relays. */
export async function startInstances(config: Partial<Config> = {}): Promise<Instances> {
  const database = await openTestDatabase();
  const first = await startInstance(config, database);
  const second = await startInstance(config, await openPostgres(database.url ?? "", 5, openLog("silent")));
  return {
    first,
    second,
    database,
    async close() {
      // The first one's database is the one that is dropped.
      await second.close();
      await first.close();
    },
  };
}

export function startInstance(
  config: Partial<Config>,
  database: Awaited<ReturnType<typeof openPostgres>>,
): Promise<RunningServer> {
  const defaults = readConfig({ PORT: "0", DEMO: "off", LOG_LEVEL: "silent", PLAYGROUND: "off" });
  return startServer({
    config: { ...defaults, redisUrl: sharedRedisUrl(), ...config },
    log: openLog("silent"),
    now: () => new Date(),
    openDatabase: async () => database,
  });
}

const signUpMutation = `mutation ($input: SignUpInput!) {
  signUp(input: $input) { session { accessToken refreshToken } user { id } userErrors { code } }
}`;

export interface Member {
  readonly id: string;
  readonly token: string;
  readonly refreshToken: string;
  readonly password: string;
  readonly email: string;
}

export async function join(url: string, handle: string): Promise<Member> {
  const [email, password] = [`${handle}@example.org`, `the password of ${handle}`];
  const input = { handle, name: handle, email, password };
  const response = await fetch(`${url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query: signUpMutation, variables: { input } }),
  });
  const { data } = (await response.json()) as {
    data: { signUp: { session: { accessToken: string; refreshToken: string }; user: { id: string } } };
  };
  const { session, user } = data.signUp;
  return { id: user.id, token: session.accessToken, refreshToken: session.refreshToken, email, password };
}
