/** A listener over WebSocket, with the events it received in order. */
import type { Socket } from "node:net";
import type { Subscriptions } from "../../src/transports/open-subscriptions.js";
import { SocketConnection } from "../../src/transports/socket-connection.js";
import { Inbox, until } from "./inbox.js";
import { type Closing, connectSocket, type Message, type TestSocket } from "./socket.js";

/** Where a listener listens: a server of the harness, or one of several instances. */
export interface Place {
  readonly url: string;
  readonly live: Subscriptions;
}

export interface Subscription {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly operationName?: string;
}

/** An event as it came, with all that was selected. */
// biome-ignore lint/suspicious/noExplicitAny: what was selected depends on the test
export type SentEvent = Record<string, any>;

export interface Listener {
  /** Of the subscription on its socket. */
  readonly id: string;
  readonly socket: TestSocket;
  /** Values of the subscription's root field. */
  readonly events: Inbox<SentEvent>;
  /** Whole results, errors included. */
  readonly results: Inbox<Message["payload"]>;
  /** Errors that ended the subscription. */
  refusal(): Promise<Message["payload"]>;
  readonly closing: Promise<Closing>;
  complete(): void;
  close(): Promise<void>;
}

let lastId = 0;

/** Subscribes on a socket, without waiting until the server has set it up. */
export function subscribeOn(socket: TestSocket, payload: Subscription): Listener {
  lastId += 1;
  const id = `subscription-${lastId}`;
  const events = new Inbox<SentEvent>();
  const results = new Inbox<Message["payload"]>();
  socket.socket.on("message", (data) => {
    const message: Message = JSON.parse(String(data));
    if (message.id !== id || message.type !== "next") return;
    const [event] = Object.values(message.payload.data ?? {});
    if (event) events.push(event as SentEvent);
    results.push(message.payload);
  });
  const ended = () => {
    events.fail(new Error("the socket was closed"));
    results.fail(new Error("the socket was closed"));
  };
  void socket.closing.then(ended);
  socket.send({ id, type: "subscribe", payload });
  return {
    id,
    socket,
    events,
    results,
    async refusal() {
      const isMine = (message: Message) => message.id === id && message.type === "error";
      return (await socket.messages.find(isMine)).payload;
    },
    closing: socket.closing,
    complete: () => socket.send({ id, type: "complete" }),
    close: () => socket.close(),
  };
}

/** Subscribes on a socket of its own. Resolves when the server has taken it in. */
export async function listen(place: Place, payload: Subscription, token?: string): Promise<Listener> {
  const [listener] = await setUp(subscribeOn(await connectSocket(place.url, token), payload));
  return listener;
}

/**
 * Resolves with these subscriptions when the server, which is in this process, has taken in or refused each of them. The
 * protocol has no answer to one that was accepted: the server's side of the socket is watched instead.
 */
export async function setUp<Started extends readonly Pick<Listener, "socket" | "id">[]>(
  ...subscriptions: Started
): Promise<Started> {
  for (const { socket, id } of subscriptions) {
    const port = localPortOf(socket);
    const isRefused = () => socket.messages.all.some((message) => message.id === id && message.type === "error");
    const isClosed = () => socket.socket.readyState === socket.socket.CLOSED;
    await until(() => settledIds.get(port)?.has(id) || isRefused() || isClosed());
  }
  return subscriptions;
}

/** By the port of a socket's client: what the server has set up, or refused, on it. */
const settledIds = new Map<number, Set<string>>();

const listenOn = SocketConnection.prototype.listen;
SocketConnection.prototype.listen = function (this: SocketConnection, engine, operation, id, meter) {
  return listenOn.call(this, engine, operation, id, meter).finally(() => {
    const { remotePort: port, destroyed } = this.stream as Socket;
    if (port === undefined || destroyed) return;
    const known = settledIds.get(port);
    if (known === undefined) this.stream.once("close", () => settledIds.delete(port));
    settledIds.set(port, (known ?? new Set()).add(id));
  });
};

function localPortOf({ socket }: TestSocket): number {
  return (socket as unknown as { _socket: Socket | null })._socket?.localPort ?? 0;
}
