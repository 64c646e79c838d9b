/** A minimal graphql-transport-ws client, correct or not, as the test says. */
import { once } from "node:events";
import { type ClientOptions, WebSocket } from "ws";
import { Inbox } from "./inbox.js";

export interface Message {
  readonly type: string;
  readonly id?: string;
  // What is in it depends on the operation: a test says what it expects.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  readonly payload?: any;
}

export interface Closing {
  readonly code: number;
  readonly reason: string;
}

export interface TestSocket {
  readonly socket: WebSocket;
  readonly messages: Inbox<Message>;
  readonly closing: Promise<Closing>;
  /** Sends text as it is, anything else as JSON. */
  send(message: string | Buffer | object): void;
  /** Closes and waits until that is over. */
  close(): Promise<void>;
}

export interface SocketOptions extends ClientOptions {
  readonly protocol?: string;
}

/** Connected, not initialised. Rejects when the upgrade is refused. */
export async function openSocket(url: string, { protocol, ...options }: SocketOptions = {}): Promise<TestSocket> {
  const address = `${url.replace("http", "ws")}/graphql`;
  const socket = new WebSocket(address, protocol ?? "graphql-transport-ws", options);
  // Each subscription adds its own.
  socket.setMaxListeners(0);
  const messages = new Inbox<Message>();
  socket.on("message", (data) => messages.push(JSON.parse(String(data))));
  const closing = new Promise<Closing>((resolve) => {
    socket.once("close", (code, reason) => {
      messages.fail(new Error(`the socket was closed: ${code} ${reason}`));
      resolve({ code, reason: String(reason) });
    });
  });
  await once(socket, "open");
  socket.on("error", () => undefined);
  return {
    socket,
    messages,
    closing,
    send(message) {
      socket.send(typeof message === "string" || Buffer.isBuffer(message) ? message : JSON.stringify(message));
    },
    async close() {
      socket.close();
      await closing;
    },
  };
}

/** Connected and acknowledged. */
export async function connectSocket(url: string, token?: string, options?: SocketOptions): Promise<TestSocket> {
  const socket = await openSocket(url, options);
  socket.send({ type: "connection_init", ...(token && { payload: { authorization: `Bearer ${token}` } }) });
  await socket.messages.find(({ type }) => type === "connection_ack");
  return socket;
}

/** Runs an operation to its end. Returns its messages, the last of which is `complete` or `error`. */
export async function runOn(
  { send, messages }: TestSocket,
  id: string,
  payload: { query: string; variables?: object; operationName?: string },
): Promise<Message[]> {
  send({ id, type: "subscribe", payload });
  const all = await messages.through((each) => each.id === id && (each.type === "complete" || each.type === "error"));
  return all.filter((each) => each.id === id);
}
