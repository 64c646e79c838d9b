/** A listener over WebSocket: what it was sent, in the order in which it came. */
import type { Subscriptions } from "../../src/transports/open-subscriptions.js";
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
  const socket = await connectSocket(place.url, token);
  return settingUp(place, 1, () => subscribeOn(socket, payload));
}

/** Subscribes many times, as `subscribe` does. Resolves when the server has taken in, or refused, `count` subscriptions. */
export async function settingUp<T>(place: Pick<Place, "live">, count: number, subscribe: () => T): Promise<T> {
  const settled = countSettled(place.live.engine);
  const before = settled();
  const result = subscribe();
  await until(() => settled() >= before + count);
  return result;
}

const counters = new WeakMap<Subscriptions["engine"], () => number>();

/** The protocol has no answer to a subscription that was accepted: the engine is watched instead. */
function countSettled(engine: Subscriptions["engine"]): () => number {
  const known = counters.get(engine);
  if (known !== undefined) return known;
  let settled = 0;
  const begin = engine.listen.bind(engine);
  engine.listen = (...args) => begin(...args).finally(() => (settled += 1));
  const counter = () => settled;
  counters.set(engine, counter);
  return counter;
}
