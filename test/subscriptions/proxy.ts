/** A TCP proxy that tests cut, stall and restore. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export interface TcpProxy {
  readonly port: number;
  /** Connections there are. */
  readonly size: number;
  /** Breaks the connections there are; new ones are taken. */
  drop(): void;
  /** Breaks the connections, and each that comes until `restore`. */
  cut(): void;
  /** Connections stay, and come, but nothing passes until `restore`. */
  stall(): void;
  restore(): void;
  close(): Promise<void>;
}

export async function startProxy(target: { readonly host: string; readonly port: number }): Promise<TcpProxy> {
  const pairs = new Set<readonly [Socket, Socket]>();
  let state: "open" | "cut" | "stalled" = "open";
  const server = createServer((client) => {
    if (state === "cut") {
      client.destroy();
      return;
    }
    const upstream = connect(target);
    const pair = [client, upstream] as const;
    pairs.add(pair);
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      socket.on("error", () => undefined);
      socket.on("data", (chunk) => void other.write(chunk));
      socket.once("close", () => {
        pairs.delete(pair);
        other.destroy();
      });
      if (state === "stalled") socket.pause();
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const drop = () => {
    for (const [client, upstream] of [...pairs]) {
      client.resetAndDestroy();
      upstream.destroy();
    }
  };
  const each = (act: (socket: Socket) => void) => {
    for (const pair of pairs) for (const socket of pair) act(socket);
  };
  return {
    port: (server.address() as AddressInfo).port,
    get size() {
      return pairs.size;
    },
    drop,
    cut() {
      state = "cut";
      drop();
    },
    stall() {
      state = "stalled";
      each((socket) => socket.pause());
    },
    restore() {
      state = "open";
      each((socket) => socket.resume());
    },
    async close() {
      drop();
      server.close();
      await once(server, "close");
    },
  };
}
