/** One WebSocket connection: graphql-ws writes through it, and the subscription engine writes events to it directly. */
import type { Duplex } from "node:stream";
import { GraphQLError } from "graphql";
import { CloseCode, type WebSocket as ProtocolSocket } from "graphql-ws";
import type { RawData, WebSocket } from "ws";
import type { Viewer } from "../auth/viewer.js";
import type { OnDisconnect } from "../deadline.js";
import { internalError } from "../errors.js";
import type { UnreadBytes } from "../http/unread-bytes.js";
import type { Log } from "../log.js";
import type { Meter } from "../rate-limit/meter.js";
import type { LiveEngine } from "../subscriptions/engine.js";
import type { Payload, Sink } from "../subscriptions/group.js";
import type { LiveOperation } from "../subscriptions/operation.js";
import { SubscriptionHandle } from "../subscriptions/subscription-handle.js";
import type { CloseReason, LiveConnection, LiveConnections } from "./connections.js";
import { backlogUnder, corkForThisTurn, isBacklogOver } from "./cork.js";
import { envelopeBytes, resultTooLarge } from "./frame-limit.js";
import { RetainedBytes } from "./retained-bytes.js";
import { bytesOf, encoded, textFrame } from "./text-frame.js";

/**
 * Close codes besides those of graphql-ws. A graphql-ws client reconnects after all but the last: after 4403 it needs a
 * new token.
 */
export const closeCodes = {
  goingAway: 1001,
  tryAgainLater: 1013,
  forbidden: 4403,
  idInUse: 4409,
  tooSlow: 4413,
  internal: 4500,
} as const;

const closeReasons: Readonly<Record<CloseReason, readonly [code: number, reason: string]>> = {
  tokenExpired: [closeCodes.forbidden, "The access token has expired"],
  sessionEnded: [closeCodes.forbidden, "The session has ended"],
  keyExpired: [closeCodes.forbidden, "The API key has expired"],
  keyRevoked: [closeCodes.forbidden, "The API key was revoked"],
  goingAway: [closeCodes.goingAway, "The server is shutting down"],
};

export interface SocketConnectionOptions {
  readonly address: string;
  /** Opens the connection's log on first use, since most connections log nothing. */
  readonly openLog: () => Log;
  readonly backlogBytes: number;
  /** Maximum bytes of a message before the connection is acknowledged. */
  readonly initBytes: number;
  readonly connections: LiveConnections;
  /** Maximum bytes that the operations of the connection keep in memory. */
  readonly retainedBytes: number;
  readonly unread: UnreadBytes;
}

export class SocketConnection implements LiveConnection, ProtocolSocket {
  readonly address: string;
  readonly stream: Duplex;
  readonly retained: RetainedBytes;
  viewer: Viewer | null = null;
  /** The credential of `connection_init`. */
  authorization: string | undefined;
  /** Size of the last message received. */
  messageBytes = 0;
  readonly #socket: WebSocket;
  readonly #options: SocketConnectionOptions;
  readonly #handles = new Set<SubscriptionHandle>();
  readonly #idsInUse = new Set<string>();
  /** A set instead of listeners on the socket: Node warns of a leak above ten listeners. */
  readonly #onClosed = new Set<() => void>();
  #log: Log | undefined;
  #release: (() => void) | undefined;
  #isClosed = false;

  constructor(socket: WebSocket, stream: Duplex, options: SocketConnectionOptions) {
    this.#socket = socket;
    this.stream = stream;
    this.#options = options;
    this.address = options.address;
    this.retained = new RetainedBytes(options.retainedBytes);
  }

  get log(): Log {
    this.#log ??= this.#options.openLog();
    return this.#log;
  }

  get protocol(): string {
    return this.#socket.protocol;
  }

  /** Registers the connection for its user; false if there are too many or it has closed meanwhile. */
  register(viewer: Viewer | null): boolean {
    if (this.#isClosed) return false;
    this.viewer = viewer;
    this.#release = this.#options.connections.register(this);
    return this.#release !== undefined;
  }

  /** Called when the socket has closed. */
  closed(): void {
    this.#isClosed = true;
    this.#release?.();
    for (const callback of this.#onClosed) callback();
    this.#onClosed.clear();
    for (const handle of this.#handles) void handle.return();
  }

  end(reason: CloseReason): void {
    this.close(...closeReasons[reason]);
  }

  /** For graphql-ws. A message too large for a frame is replaced by an error, or sent without its payload. */
  send(data: string): void {
    if (!this.#canSend()) return;
    const { backlogBytes } = this.#options;
    this.#socket.send(Buffer.byteLength(data) > backlogBytes ? withoutPayload(data, backlogBytes) : data);
    this.#noteUnread();
  }

  readonly #noteUnread = () => {
    this.#options.unread.note(this.stream, () =>
      this.close(closeCodes.tooSlow, "Too many unread bytes, most of them on this connection (UNREAD_LIMIT_BYTES)"),
    );
  };

  close(code: number, reason: string): void {
    // A close frame's reason has at most 123 bytes (RFC 6455, 5.5.1).
    this.#socket.close(code, firstBytes(reason, 123));
  }

  onMessage(callback: (data: string) => Promise<void>): void {
    const { initBytes } = this.#options;
    this.#socket.on("message", (data) => {
      if (this.#release === undefined && sizeOf(data) > initBytes) {
        this.close(
          CloseCode.BadRequest,
          `connection_init must be at most ${initBytes} bytes (CONNECTION_INIT_LIMIT_BYTES)`,
        );
        return;
      }
      this.messageBytes = sizeOf(data);
      // graphql-ws keeps the message until the operation ends. From an object the payload can be removed
      // (websocket-protocol.ts).
      callback(parsed(String(data))).catch((error: unknown) => {
        // graphql-ws throws for a valid message that only servers may send.
        if (error instanceof Error && error.message.startsWith("Unexpected message of type")) {
          this.close(CloseCode.BadRequest, error.message);
          return;
        }
        this.log.error({ component: "websocket", err: error }, "cannot handle message");
        this.close(closeCodes.internal, "Internal server error");
      });
    });
  }

  readonly onDisconnect: OnDisconnect = (callback) => {
    this.#onClosed.add(callback);
    return () => this.#onClosed.delete(callback);
  };

  /**
   * Reserves an operation id; false while it is in use. graphql-ws considers an id free as soon as the client completes
   * it, and would then mistake the end of the old operation for the end of a new one with the same id.
   */
  takeId(id: string): boolean {
    if (this.#idsInUse.has(id)) return false;
    this.#idsInUse.add(id);
    return true;
  }

  /** Releases the id of a finished operation in the next turn, when graphql-ws has forgotten it. */
  freeId(id: string): void {
    setImmediate(() => this.#idsInUse.delete(id));
  }

  /** Starts a subscription whose events are written here, each as the `next` message of `id`. */
  async listen(engine: LiveEngine, operation: LiveOperation, id: string, meter: Meter): Promise<SubscriptionHandle> {
    const handle = new SubscriptionHandle();
    const prefix = bytesOf(`{"id":${JSON.stringify(id)},"type":"next","payload":`);
    const sink: Sink = {
      viewer: this.viewer,
      send: (payload) => this.#sendEvent(prefix, payload),
      fail: (error) => handle.fail(error instanceof GraphQLError ? error : internalError()),
      hasRoom: () => backlogUnder(this.stream, this.#options.backlogBytes / 4),
    };
    const release = this.retained.keepSubscription(operation);
    const stop = await engine.listen(operation, sink, meter).catch((error: unknown) => {
      release();
      throw error;
    });
    this.#handles.add(handle);
    handle.onEnd(() => {
      this.#handles.delete(handle);
      this.freeId(id);
      release();
      stop();
    });
    // graphql-ws does not know this operation yet, so it cannot end it.
    if (this.#isClosed) await handle.return();
    return handle;
  }

  /** Writes to the stream directly, because `ws` allocates buffers per frame. `ws` writes each of its frames in one turn. */
  #sendEvent(prefix: string, payload: Payload): void {
    if (!this.#canSend()) return;
    const bytes = encoded(payload);
    const { backlogBytes } = this.#options;
    const result = bytes.length + envelopeBytes > backlogBytes ? resultTooLarge(backlogBytes) : bytes;
    corkForThisTurn(this.stream, this.#noteUnread);
    this.stream.write(textFrame(`${prefix}${result}}`), "latin1");
  }

  /** Disconnects a client that does not read. It can reconnect with its cursor. */
  #canSend(): boolean {
    if (this.#socket.readyState !== this.#socket.OPEN) return false;
    if (!isBacklogOver(this.stream, this.#options.backlogBytes)) return true;
    this.close(closeCodes.tooSlow, "The client reads too slowly (BACKLOG_BYTES)");
    return false;
  }
}

function sizeOf(data: RawData): number {
  return Array.isArray(data) ? data.reduce((sum, { length }) => sum + length, 0) : data.byteLength;
}

/**
 * A parsed message, which graphql-ws accepts although its types do not say so. Invalid messages stay texts, which it
 * rejects.
 */
function parsed(text: string): string {
  try {
    const message = JSON.parse(text);
    return typeof message === "object" ? message : text;
  } catch {
    return text;
  }
}

/** The message with an error instead of the result that was too large. */
function withoutPayload(data: string, backlogBytes: number): string {
  const { id, type }: { id?: string; type: string } = JSON.parse(data);
  const result = resultTooLarge(backlogBytes);
  if (type === "next") return `{"id":${JSON.stringify(id)},"type":"next","payload":${result}}`;
  if (type === "error") return JSON.stringify({ id, type, payload: JSON.parse(result).errors });
  return JSON.stringify({ id, type });
}

/** The longest prefix of whole characters that fits. */
function firstBytes(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text;
  return Buffer.from(text)
    .subarray(0, bytes)
    .toString()
    .replace(/\uFFFD+$/, "");
}
