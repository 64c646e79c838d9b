/** Puts the parts together: opens them in order, closes them in reverse. */
import { fileURLToPath } from "node:url";
import { startApollo } from "./apollo.js";
import { createAccessTokens } from "./auth/access-tokens.js";
import { openSigningKeys } from "./auth/signing-keys.js";
import { createAuthenticator } from "./auth/viewer.js";
import type { Config } from "./config.js";
import type { Database } from "./db/database.js";
import { openDatabase } from "./db/open-database.js";
import { plantDemo } from "./demo/plant.js";
import { createExecute, executeSlowly } from "./execution/execute.js";
import { createGraphQLHandler } from "./http/graphql.js";
import { type Exchange, listen } from "./http/listener.js";
import { problem } from "./http/problem.js";
import { dispatch, type Route } from "./http/routes.js";
import { type Live, openLive, refuseUpgrade } from "./live/live.js";
import type { Log } from "./log.js";
import { loadPlayground } from "./playground/playground.js";
import { openReads, type Reads } from "./replicas/reads.js";
import { healthRoutes, type Phase } from "./rest/health.js";
import { jwksRoute } from "./rest/jwks.js";
import { playgroundFiles, playgroundPage, playgroundRoute } from "./rest/playground.js";
import { loadSchema } from "./schema.js";

export interface ServerOptions {
  readonly config: Config;
  readonly log: Log;
  /** The wall clock. */
  readonly now: () => Date;
  /** Opens the database. Default as the settings say. */
  readonly openDatabase?: typeof openDatabase;
  /** When the port is taken. Default "first". A process that shares its port is "last": others serve until it can. */
  readonly takesPort?: "first" | "last";
}

export interface RunningServer {
  /** Such as `http://127.0.0.1:4000`. */
  readonly url: string;
  /** What listens, for tests that look for what was left behind. */
  readonly live: Live;
  /** Lets requests in flight finish, refuses new ones, closes everything. Repeating it changes nothing. */
  close(): Promise<void>;
}

/** Resolves when the server is ready. Throws a StartupError for what the operator can mend, with everything closed. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { config, log } = options;
  let phase: Phase = "starting";
  let database: Database | undefined;
  let app: App | undefined;
  const health = healthRoutes({
    phase: () => phase,
    query: () => database?.query,
    isBusUp: () => app?.live.isBusUp() ?? false,
  });

  const takePort = () =>
    listen({
      host: config.host,
      port: config.port,
      log,
      elapsedMs: () => performance.now(),
      handle: (exchange) => {
        if (phase === "ready" || isHealth(exchange)) return dispatch([...health, ...(app?.routes ?? [])])(exchange);
        return notNow();
      },
      upgrade: (request, socket, head) => {
        if (phase === "ready" && app !== undefined) app.live.upgrade(request, socket, head);
        else refuseUpgrade(socket, "503 Service Unavailable");
      },
    });
  // First: an orchestrator can ask how the start goes, and a second server stops before it writes.
  let listener = options.takesPort === "last" ? undefined : await takePort();
  const closeAll = async () => {
    phase = "stopping";
    // Listeners first: their streams are requests in flight, which the listener waits for.
    await app?.live.endListeners(config.shutdownTimeoutMs / 2);
    await listener?.close(config.shutdownTimeoutMs);
    await app?.live.close();
    await app?.reads.close();
    await database?.close();
  };
  try {
    database = await (options.openDatabase ?? openDatabase)(config, log);
    app = await openApp(options, database);
    phase = "ready";
    listener ??= await takePort();
  } catch (error) {
    await closeAll();
    throw error;
  }
  const { url } = listener;
  let closing: Promise<void> | undefined;
  return {
    url,
    live: app.live,
    close: () => {
      closing ??= closeAll();
      return closing;
    },
  };
}

interface App {
  readonly routes: readonly Route[];
  readonly live: Live;
  readonly reads: Reads;
}

async function openApp({ config, log, now }: ServerOptions, database: Database): Promise<App> {
  const { prisma, query, writes } = database;
  if (database.kind === "embedded" && config.demo && (await plantDemo(prisma, now()))) {
    log.info("put a demo community into the empty database; DEMO=off keeps it empty");
  }
  const keys = await openSigningKeys(prisma, now);
  const tokens = createAccessTokens(keys, { issuer: config.authIssuer, lifeSeconds: config.accessTokenSeconds, now });
  const authenticator = createAuthenticator(tokens, query, now);
  const reads = await openReads(config, query, log);
  const { refreshTokenDays, bodyLimitBytes, requestTimeoutMs } = config;
  const dependencies = {
    prisma,
    query,
    writes,
    tokens,
    now,
    refreshTokenDays,
    onSessionsEnded: authenticator.forgetSessions,
    onCommitted: reads.noteWrite,
    readFor: reads.readFor,
  };
  const schema = await loadSchema();
  const execute = config.compiledExecution ? createExecute(schema) : executeSlowly(schema);
  const apollo = await startApollo(schema, execute, config, log);
  const graphql = createGraphQLHandler({ apollo, authenticator, dependencies, bodyLimitBytes, requestTimeoutMs });
  const playground = config.playground ? await openPlayground() : undefined;
  const visit = (exchange: Exchange) => (playground && playgroundPage(playground, exchange)) ?? graphql(exchange);
  const live = await openLive({ config, log, now, database, schema, execute, apollo, authenticator, dependencies });
  const routes: Route[] = [
    { method: "GET", path: "/graphql", handle: visit },
    { method: "POST", path: "/graphql", handle: graphql },
    { method: "GET", path: "/graphql/stream", handle: live.stream },
    { method: "POST", path: "/graphql/stream", handle: live.stream },
    ...(playground === undefined ? [] : [playgroundRoute(playground)]),
    jwksRoute(keys),
  ];
  return { routes, live, reads };
}

function openPlayground() {
  const directory = fileURLToPath(new URL("../dist/playground/", import.meta.url));
  return loadPlayground({ directory, basePath: playgroundFiles });
}

function isHealth({ path }: Exchange): boolean {
  return path.startsWith("/health/");
}

function notNow() {
  return problem(503, "The server is starting or stopping.", { connection: "close", "retry-after": "1" });
}
