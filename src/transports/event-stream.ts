/** One Server-Sent Events response: a sink of the subscription engine, in the format of HTML 9.2. */
import type { ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { GraphQLError } from "graphql";
import type { Viewer } from "../auth/viewer.js";
import { internalError } from "../errors.js";
import type { UnreadBytes } from "../http/unread-bytes.js";
import type { Payload, Sink } from "../subscriptions/group.js";
import type { LiveConnection } from "./connections.js";
import { backlogUnder, corkForThisTurn, isBacklogOver, uncorkNow } from "./cork.js";
import { envelopeBytes, resultTooLarge } from "./frame-limit.js";
import { bytesOf, encoded } from "./text-frame.js";

/** Interval of the comment that keeps proxies from closing an idle connection. */
const heartbeatMs = 15_000;

export interface EventStreamOptions {
  readonly viewer: Viewer | null;
  readonly address: string;
  readonly stream: Duplex;
  /** Maximum bytes waiting for a slow client; beyond it the connection is destroyed. */
  readonly backlogBytes: number;
  readonly unread: UnreadBytes;
}

export class EventStream implements Sink, LiveConnection {
  readonly viewer: Viewer | null;
  readonly address: string;
  readonly stream: Duplex;
  readonly #backlogBytes: number;
  readonly #unread: UnreadBytes;
  readonly #onClose: (() => void)[] = [];
  /** Data sent before the response began, one character per byte. */
  #early: string[] = [];
  #response: ServerResponse | undefined;
  #heartbeat: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor({ viewer, address, stream, backlogBytes, unread }: EventStreamOptions) {
    this.viewer = viewer;
    this.address = address;
    this.stream = stream;
    this.#backlogBytes = backlogBytes;
    this.#unread = unread;
  }

  /** Sends the complete response to a query or mutation. */
  static answer(response: ServerResponse, json: string): void {
    response.end(`event: next\ndata: ${json}\n\nevent: complete\ndata:\n\n`);
  }

  /** Calls back once, when the client or the server ends the stream; at once if it has ended. */
  onClose(callback: () => void): void {
    if (this.#isClosed) callback();
    else this.#onClose.push(callback);
  }

  /** `cursor` is the start position. */
  writeTo(response: ServerResponse, cursor: string): void {
    this.#response = response;
    if (response.destroyed) this.#closed();
    response.once("close", () => this.#closed());
    if (!this.#isClosed) this.#heartbeat = setInterval(() => this.#write(":\n\n"), heartbeatMs);
    // An id without data sets the last event id without dispatching an event, so a browser that reconnects before the
    // first event resumes from the start. Sent at once, because it also confirms the connection.
    response.write(`id: ${cursor}\n\n${this.#early.join("")}`, "latin1");
    this.#early = [];
    if (this.#isClosed) response.end();
  }

  send(payload: Payload): void {
    const bytes = encoded(payload);
    const isTooLarge = bytes.length + envelopeBytes > this.#backlogBytes;
    const data = isTooLarge ? resultTooLarge(this.#backlogBytes) : bytes;
    this.#write(`id: ${payload.cursor}\nevent: next\ndata: ${data}\n\n`);
  }

  /** Sends the error as the last result: the protocol has no error message for a stream. */
  fail(error: unknown): void {
    const shown = error instanceof GraphQLError ? error : internalError();
    this.#write(`event: next\ndata: ${bytesOf(JSON.stringify({ errors: [shown] }))}\n\nevent: complete\ndata:\n\n`);
    this.end();
  }

  async hasRoom(): Promise<void> {
    if (this.#response !== undefined) await backlogUnder(this.#response, this.#backlogBytes / 4);
  }

  /** Without `complete`, so that the client reconnects with its `Last-Event-ID`. */
  end(): void {
    if (this.#response !== undefined) {
      uncorkNow(this.#response);
      this.#response.end();
    }
    this.#closed();
  }

  readonly #onUnread = () => {
    const response = this.#response;
    if (response !== undefined) this.#unread.note(response, () => response.destroy());
  };

  /** Writes a text that holds one character per byte. */
  #write(text: string): void {
    if (this.#isClosed) return;
    const response = this.#response;
    if (response === undefined) {
      this.#early.push(text);
      return;
    }
    if (isBacklogOver(response, this.#backlogBytes)) {
      response.destroy();
      return;
    }
    corkForThisTurn(response, this.#onUnread);
    response.write(text, "latin1");
  }

  #closed(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    // The response may have ended.
    clearInterval(this.#heartbeat);
    for (const callback of this.#onClose) callback();
  }
}
