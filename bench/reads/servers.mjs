/** The servers that are compared, all started the same way: one core, one pool size, the same flags of Node. */
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { startHttpServer } from "../child.mjs";
import { freePort } from "../services.mjs";
import { say } from "../table.mjs";
import { bodyOf } from "./operations.mjs";

/** A young generation of 64 MB, which every server benefits from, PostGraphile most. */
export const nodeFlags = ["--max-semi-space-size=64"];
/** Connections to PostgreSQL for each server: the default of Parley and `pg`. */
export const poolSize = 10;

/** In the order of the tables. `isPeer`: not a limit, and not Parley. */
export const servers = {
  parley: { title: "Parley", script: at("../../dist/main.js"), dialect: "parley" },
  mercurius: { title: "Mercurius + jit", script: at("peers/mercurius.mjs"), dialect: "plain", isPeer: true },
  postgraphile: {
    title: "PostGraphile 5",
    script: at("peers/postgraphile.mjs"),
    dialect: "postgraphile",
    isPeer: true,
  },
  yoga: { title: "graphql-yoga + jit", script: at("peers/yoga.mjs"), dialect: "plain", isPeer: true },
  typical: {
    title: "Apollo + DataLoader + Prisma",
    script: at("peers/apollo-prisma.mjs"),
    dialect: "plain",
    isPeer: true,
  },
  limitNode: { title: "limit: JSON built in Node", script: at("peers/limit-node.mjs"), dialect: "plain" },
  limitPostgres: { title: "limit: JSON built in PostgreSQL", script: at("peers/limit-postgres.mjs"), dialect: "plain" },
};

/** Parley's limits are far above the load; what it does beside requests stays on, as in production. */
const parleySettings = {
  SECRETS_KEY: Buffer.alloc(32, 1).toString("base64"),
  HOST: "127.0.0.1",
  LOG_LEVEL: "warn",
  PLAYGROUND: "off",
  DEMO: "off",
  REDIS_URL: "",
  WORKERS: "1",
  RATE_LIMIT: "off",
  ACCESS_TOKEN_SECONDS: "86400",
  CONNECTIONS_PER_USER: "1000000",
  HTTP_CONNECTION_LIMIT: "1000000",
  HTTP_CONNECTIONS_PER_ADDRESS: "1000000",
  SHUTDOWN_TIMEOUT_MS: "1000",
};

/** Starts a server by its name and resolves when it has answered the constant. */
export async function start(name, databaseUrl, { env = {}, flags = [], isPinned = true } = {}) {
  const { script, dialect } = servers[name];
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/graphql`;
  const server = await startHttpServer({
    script,
    url,
    isPinned,
    flags: [...nodeFlags, ...flags],
    body: bodyOf(dialect, "Constant"),
    env: {
      ...(name === "parley" ? parleySettings : {}),
      PORT: String(port),
      DATABASE_URL: databaseUrl,
      DATABASE_POOL_SIZE: String(poolSize),
      GRAPHILE_ENV: "production",
      ...env,
    },
  });
  return { name, url, dialect, ...server };
}

/** Makes a user through Parley. Resolves with their token, and with the keys that peers verify it by. */
export async function signUp(databaseUrl) {
  const parley = await start("parley", databaseUrl);
  const name = `bench_${Date.now().toString(36)}`;
  const input = { handle: name, name: "Bench", email: `${name}@example.org`, password: "a password for measuring" };
  const query = `mutation ($input: SignUpInput!) {
    signUp(input: $input) { session { accessToken } userErrors { message } } }`;
  const { data, errors } = await ask(parley, JSON.stringify({ query, variables: { input } }));
  if (!data?.signUp.session) throw new Error(`no sign-up: ${JSON.stringify(errors ?? data)}`);
  const jwks = await (await fetch(new URL("/.well-known/jwks.json", parley.url))).text();
  await parley.end();
  return { authorization: `Bearer ${data.signUp.session.accessToken}`, jwks };
}

/** One request, and its answer. */
export async function ask({ url }, body, headers = {}) {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json", ...headers },
    body,
  });
  return response.json();
}

/** Installs the peers, from their own lock file, when they are not there or are others. */
export function installPeers() {
  if (!existsSync(servers.parley.script)) {
    throw new Error("dist/main.js is not there: run `npm ci` or `npm run build` first");
  }
  const folder = fileURLToPath(at("./"));
  const installed = statSync(at("node_modules/.package-lock.json"), { throwIfNoEntry: false });
  if (installed && installed.mtimeMs >= statSync(at("package-lock.json")).mtimeMs) return;
  say("installing the peers: npm ci --ignore-scripts in bench/reads");
  const { status } = spawnSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: folder,
    stdio: ["ignore", 2, 2],
  });
  if (status !== 0) throw new Error("the peers could not be installed: run `npm ci --ignore-scripts` in bench/reads");
}

function at(path) {
  return new URL(path, import.meta.url);
}
