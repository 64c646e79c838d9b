/** HTTP listener: request ids, log lines, exactly one response per request, and graceful shutdown. */
import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from "node:http";
import { type Duplex, finished } from "node:stream";
import type { HttpLimits } from "../config/limits.js";
import type { OnDisconnect } from "../deadline.js";
import { StartupError } from "../errors.js";
import type { Log } from "../log.js";
import { BodyError } from "./body.js";
import type { Client, ClientOf } from "./client-address.js";
import type { ConnectionCount } from "./connection-count.js";
import type { HttpResponse } from "./http-response.js";
import { problem } from "./problem.js";
import { refuseUpgrade } from "./refuse-upgrade.js";
import { requestIdOf } from "./request-id.js";
import { securityHeaders } from "./security-headers.js";
import type { UnreadBytes } from "./unread-bytes.js";

/** A request with its id, path, query string and log. */
export interface Exchange {
  readonly request: IncomingMessage;
  /** Path without the query string, as sent. */
  readonly path: string;
  /** Query string with its `?`, or empty. */
  readonly search: string;
  readonly client: Client;
  /** Each line names the request. Most requests have nothing to log. */
  readonly openLog: () => Log;
  readonly onDisconnect: OnDisconnect;
}

export type Handler = (exchange: Exchange) => Promise<HttpResponse> | HttpResponse;

export interface Listener {
  /** Where it listens, such as `http://127.0.0.1:4000`. */
  readonly url: string;
  /** Rejects new requests, waits at most `timeoutMs` for those in flight, then closes every connection. */
  close(timeoutMs: number): Promise<void>;
}

/** A completed request. */
export interface Served {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly durationMs: number;
}

export interface ListenerOptions {
  readonly host: string;
  readonly port: number;
  readonly limits: HttpLimits;
  readonly log: Log;
  /** Monotonic milliseconds. */
  readonly elapsedMs: () => number;
  readonly clientOf: ClientOf;
  readonly connectionCount: ConnectionCount;
  /** Whether a path is served even on a connection above the limits. */
  readonly isAlwaysServed: (path: string) => boolean;
  readonly unread: UnreadBytes;
  readonly handle: Handler;
  /** Called after each completed request. */
  readonly onServed: (served: Served) => void;
  /** Handles a connection upgrade. */
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
}

/** Timeout checks within the duration of each timeout. */
const checksPerTimeout = 5;
const lingerMs = 2_000;
const longText = 65_536;

/** Opens the port. Throws a StartupError if that fails. */
export async function listen(options: ListenerOptions): Promise<Listener> {
  const inFlight = new Set<Promise<void>>();
  const { headersTimeoutMs, requestTimeoutMs, keepAliveTimeoutMs, headers } = options.limits;
  const server = createServer(
    {
      headersTimeout: Math.min(headersTimeoutMs, requestTimeoutMs),
      requestTimeout: requestTimeoutMs,
      keepAliveTimeout: keepAliveTimeoutMs,
      // Node checks every 30 s by default: a client that sends a byte at a time would hold a connection that long.
      connectionsCheckingInterval: Math.min(headersTimeoutMs, requestTimeoutMs) / checksPerTimeout,
    },
    (request, response) => {
      const work = serve(options, request, response).finally(() => inFlight.delete(work));
      inFlight.add(work);
    },
  );
  // Node drops what comes after its own limit, silently, and with it what a proxy appended: the address of the client.
  server.maxHeadersCount = 0;
  server.on("connection", (socket) => options.connectionCount.add(socket));
  server.on("upgrade", (request, socket, head) => {
    const refusal = options.connectionCount.refusalOf(socket);
    if (refusal !== undefined) {
      refuseUpgrade(socket, `${refusal.status} ${STATUS_CODES[refusal.status]}`, [
        ["retry-after", refusal.headers["retry-after"] ?? ""],
      ]);
    } else if (hasTooManyHeaders(request, headers)) refuseUpgrade(socket, "431 Request Header Fields Too Large");
    else options.upgrade(request, socket, head);
  });
  await open(server, options);
  return {
    url: urlOf(server, options.host),
    async close(timeoutMs) {
      await settled(inFlight, timeoutMs);
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function serve(options: ListenerOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const began = options.elapsedMs();
  const requestId = requestIdOf(request.headers["x-request-id"]);
  const [path, search] = splitTarget(request.url ?? "/");
  const onDisconnect: OnDisconnect = (callback) => {
    response.once("close", callback);
    return () => response.off("close", callback);
  };
  const client = options.clientOf(request);
  let log: Log | undefined;
  const openLog = () => {
    log ??= options.log.child({ requestId });
    return log;
  };
  const answer =
    refusalOf(options, request, path) ??
    (await answerTo(options.handle, { request, path, search, client, openLog, onDisconnect }));
  const headers = { "x-request-id": requestId, ...securityHeaders(client), ...answer.headers };
  const body = answer.problem === undefined ? answer.body : JSON.stringify({ ...answer.problem, requestId });
  await write(request, response, { ...answer, headers, body }, options);
  const durationMs = Math.round(options.elapsedMs() - began);
  const served = { method: request.method ?? "", path, status: answer.status, durationMs };
  if (options.log.isLevelEnabled("info")) openLog().info(served, "request");
  options.onServed(served);
}

/** The response to a request that is rejected unread. */
function refusalOf(
  { connectionCount, isAlwaysServed, limits }: ListenerOptions,
  request: IncomingMessage,
  path: string,
): HttpResponse | undefined {
  const refusal = connectionCount.refusalOf(request.socket);
  if (refusal !== undefined && !isAlwaysServed(path)) return refusal;
  return hasTooManyHeaders(request, limits.headers) ? tooManyHeaders(limits.headers) : undefined;
}

/** `rawHeaders` alternates names and values. */
function hasTooManyHeaders({ rawHeaders }: IncomingMessage, limit: number): boolean {
  return rawHeaders.length / 2 > limit;
}

function tooManyHeaders(limit: number): HttpResponse {
  const detail = `A request may have at most ${limit} headers (HEADER_LIMIT).`;
  return problem(431, detail, { connection: "close" });
}

async function answerTo(handle: Handler, exchange: Exchange): Promise<HttpResponse> {
  try {
    return await handle(exchange);
  } catch (error) {
    if (error instanceof BodyError) return problem(error.status, error.message);
    const { complete, destroyed } = exchange.request;
    if (destroyed && !complete) return problem(400, "The request ended before its body was complete.");
    exchange.openLog().error({ component: "http", err: error }, "request failed");
    return problem(500, "Internal server error");
  }
}

/** Resolves when the response has been handed to the socket, or the client has disconnected. */
function write(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, body }: HttpResponse,
  { limits: { answerTimeoutMs }, unread }: ListenerOptions,
): Promise<void> {
  return new Promise((resolve) => {
    if (response.destroyed) {
      // A streamed response holds resources, which it frees when the client disconnects.
      if (typeof body === "function") body(response);
      resolve();
      return;
    }
    response.once("close", resolve);
    // The unread rest of the body would be parsed as the next request, so the connection is closed after this one.
    if (!request.complete) response.setHeader("connection", "close");
    if (typeof body === "function") {
      response.writeHead(status, { ...headers });
      body(response);
      unread.note(response, () => response.destroy());
      return;
    }
    // No content, no length (RFC 9110, section 8.6).
    const content = request.method === "HEAD" ? "" : inBytes(body);
    const length = status === 204 || status === 304 ? {} : { "content-length": Buffer.byteLength(body) };
    response.writeHead(status, { ...headers, ...length });
    if (request.complete) response.end(content);
    else {
      response.write(content);
      discardRest(request, () => response.end());
    }
    // What a client reads is with the kernel already.
    if (response.writableLength === 0) return;
    response.setTimeout(answerTimeoutMs, () => response.destroy());
    unread.note(response, () => response.destroy());
  });
}

/** A text that is long is not kept as one: it may wait for its client, and counts by its bytes. */
function inBytes(body: string | Buffer): string | Buffer {
  return typeof body === "string" && body.length >= longText ? Buffer.from(body) : body;
}

/**
 * Reads the rest of a request that was refused, for a while: a connection that closes on a client that still sends is
 * reset, and the client does not read its answer (RFC 9112, section 9.6).
 */
function discardRest(request: IncomingMessage, done: () => void): void {
  const timer = setTimeout(done, lingerMs);
  finished(request, () => {
    clearTimeout(timer);
    done();
  });
  request.resume();
}

/** Absolute form, which proxies send, is taken as well as origin form (RFC 9112, section 3.2.2). */
function splitTarget(target: string): [path: string, search: string] {
  const origin = target.replace(/^https?:\/\/[^/?]*/i, "");
  const at = origin.indexOf("?");
  return at < 0 ? [origin, ""] : [origin.slice(0, at), origin.slice(at)];
}

function open(server: Server, { host, port }: ListenerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(new StartupError(cannotListen(error, host, port))));
    server.listen(port, host, resolve);
  });
}

function cannotListen(error: NodeJS.ErrnoException, host: string, port: number): string {
  if (error.code === "EADDRINUSE")
    return `PORT ${port} is in use on ${host}: stop the process that uses it, or set another PORT.`;
  if (error.code === "EACCES")
    return `PORT ${port} requires privileges that this process lacks: set PORT to 1024 or more.`;
  return `Cannot listen on HOST "${host}": ${error.message}`;
}

function urlOf(server: Server, host: string): string {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("an HTTP server that listens has a port");
  return `http://${host.includes(":") ? `[${host}]` : host}:${address.port}`;
}

async function settled(inFlight: ReadonlySet<Promise<void>>, timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs);
  });
  const drained = (async () => {
    while (inFlight.size > 0) await Promise.allSettled(inFlight);
  })();
  await Promise.race([drained, timeout]);
  clearTimeout(timer);
}
