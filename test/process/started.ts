/** What tests of the real process start and make: all of it ends with the test that asked for it. */
import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { inject, onTestFinished, vi } from "vitest";
import { copyPrepared } from "../../src/db/prepared.js";
import { type GraphQLBody, graphql } from "../harness/client.js";
import {
  type LaunchedProcess,
  type LaunchOptions,
  launchServer,
  type ServerProcess,
  type Settings,
  startServerProcess,
} from "../harness/process.js";
import { databaseUrl, onServer } from "../harness/templates.js";

// A process that starts computes for seconds, and on a busy machine for many.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

/** Whether there is a PostgreSQL to test on; findServices has printed a line when there is none. */
export const hasPostgres = inject("postgresUrl") !== "";

export async function started(settings: Settings, cwd?: string): Promise<ServerProcess> {
  const server = await startServerProcess(withCwd(settings, cwd));
  onTestFinished(() => server.close());
  return server;
}

/** A server that may never become ready. */
export function launched(settings: Settings, cwd?: string): LaunchedProcess {
  const server = launchServer(withCwd(settings, cwd));
  onTestFinished(() => server.close());
  return server;
}

/** Limits of time where they are not the subject: on a busy machine a request, or the end of a process, takes long. */
const patience: Settings = { DEADLINE_MS: "120000", SHUTDOWN_TIMEOUT_MS: "120000" };

function withCwd(settings: Settings, cwd: string | undefined): LaunchOptions {
  return { settings: { ...patience, ...settings }, ...(cwd !== undefined && { cwd }) };
}

export async function emptyDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "parley-process-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true, maxRetries: 3 }));
  return directory;
}

/**
 * A data directory whose database is made and migrated, without the demo community: as a first start leaves it that was
 * killed before it made the keys. Nothing was started for it, which would take seconds.
 */
export async function dataDirectory(): Promise<string> {
  const directory = await emptyDirectory();
  await copyPrepared("empty", join(directory, "db"));
  await writeFile(join(directory, "db-complete"), "");
  return directory;
}

/** A PostgreSQL database of its own, and its URL. */
export async function postgresDatabase(content: "empty" | "migrated"): Promise<string> {
  const server = inject("postgresUrl");
  const name = `parley_process_${randomBytes(6).toString("hex")}`;
  const template = content === "empty" ? "template1" : inject("postgresTemplate");
  await onServer(server, `CREATE DATABASE ${name} TEMPLATE ${template}`);
  onTestFinished(() => onServer(server, `DROP DATABASE ${name} WITH (FORCE)`));
  return databaseUrl(server, name);
}

/** A connection beside the server's. */
export async function connection(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  // The database is dropped under it when the test is over.
  client.on("error", () => undefined);
  await client.connect();
  onTestFinished(() => client.end());
  return client;
}

/** Data of an operation that must succeed. */
export async function ask(
  url: string,
  query: string,
  variables: Record<string, unknown> = {},
  token?: string,
): Promise<NonNullable<GraphQLBody["data"]>> {
  const { status, body } = await graphql(url, query, variables, token === undefined ? {} : { token });
  if (status !== 200 || body.errors !== undefined) throw new Error(`${status}: ${JSON.stringify(body)}`);
  return body.data;
}

/** Resolves when somebody waits for the transaction that `client` is in. */
export async function somebodyWaits(client: pg.Client): Promise<void> {
  // Not pg_stat_activity, which shows the same all through a transaction.
  const waiting = `SELECT FROM pg_locks AS held JOIN pg_locks AS requested USING (transactionid)
    WHERE held.pid = pg_backend_pid() AND held.granted AND NOT requested.granted`;
  while ((await client.query(waiting)).rowCount === 0) await sleep(10);
}

const signUpMutation = `mutation ($input: SignUpInput!) {
  signUp(input: $input) { session { accessToken } user { id } userErrors { code message } } }`;

/** Signs up and returns an access token. */
export async function signUp(url: string, handle: string): Promise<string> {
  const input = { handle, name: handle, email: `${handle}@example.org`, password: `the password of ${handle}` };
  const data = await ask(url, signUpMutation, { input });
  return data.signUp.session.accessToken;
}

/** Writes a post and returns its global id. */
export async function writePost(url: string, token: string, title = "A post"): Promise<string> {
  const mutation = `mutation ($input: CreatePostInput!) { createPost(input: $input) { post { id } } }`;
  const data = await ask(url, mutation, { input: { title, content: "Its content." } }, token);
  return data.createPost.post.id;
}
