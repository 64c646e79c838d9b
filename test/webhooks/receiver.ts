/** A receiver as documented, with `standardwebhooks` alone: verifies each request and answers as the test says. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Webhook } from "standardwebhooks";
import { Inbox } from "../subscriptions/inbox.js";

/** What was received, and verified. */
export interface Received {
  readonly id: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  // What a payload holds depends on the subscription: a test says what it expects.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  readonly payload: any;
  readonly atMs: number;
}

export type Behaviour = (received: Received, response: ServerResponse, request: IncomingMessage) => void;

export interface Receiver {
  /** Such as `http://127.0.0.1:41234/hook`. */
  readonly url: string;
  readonly received: Inbox<Received>;
  /** By path, for one that has several. */
  readonly secrets: Map<string, string>;
  /** How it answers from now on. Default 204. */
  behave(behaviour: Behaviour): void;
  /** Goes away, with all its connections, and comes back at the same address. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export const accept: Behaviour = (_, response) => void response.writeHead(204).end();

export async function startReceiver(): Promise<Receiver> {
  const received = new Inbox<Received>();
  const secrets = new Map<string, string>();
  let behaviour = accept;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("error", () => undefined);
    request.on("end", () => {
      const text = Buffer.concat(chunks).toString();
      const path = request.url ?? "/";
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
      try {
        const payload = new Webhook(secrets.get(path) ?? "").verify(text, headers);
        const one = { id: headers["webhook-id"] ?? "", path, headers, text, payload, atMs: performance.now() };
        received.push(one);
        behaviour(one, response, request);
      } catch (error) {
        received.fail(error instanceof Error ? error : new Error(String(error)));
        response.writeHead(401).end();
      }
    });
  });
  const listenOn = (port: number) => new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  await listenOn(0);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hook`,
    received,
    secrets,
    behave(next) {
      behaviour = next;
    },
    async restart() {
      await close();
      await listenOn(port);
    },
    close,
  };
}
