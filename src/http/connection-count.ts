/**
 * Limits the TCP connections of this process, in total and per address. A rejected connection stays open briefly, so
 * that its first request gets an error response; it uses no more than its socket.
 */
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { HttpLimits } from "../config/limits.js";
import type { Log } from "../log.js";
import { addressKey } from "../rate-limit/address-key.js";
import type { HttpResponse } from "./http-response.js";
import { problem } from "./problem.js";

export type ConnectionSetting = "HTTP_CONNECTION_LIMIT" | "HTTP_CONNECTIONS_PER_ADDRESS";

export interface ConnectionCountOptions {
  readonly limits: Pick<HttpLimits, "connections" | "connectionsPerAddress">;
  /** Connections of trusted proxies count in total but not per address. */
  readonly isProxy: (address: string) => boolean;
  readonly log: Log;
  /** Monotonic milliseconds. */
  readonly elapsedMs: () => number;
  /** Called for each connection that is refused. */
  readonly onRefused: (setting: ConnectionSetting) => void;
}

/** Time for a rejected connection to send its request and read the error. */
const refusedMs = 5_000;
/** Maximum rejected connections that stay open; further ones are closed at once. */
const maxRefused = 100;
/** Minimum interval of log lines, so that clients cannot flood the log. */
const logEveryMs = 10_000;
const retrySeconds = 5;

export class ConnectionCount {
  readonly #options: ConnectionCountOptions;
  readonly #perAddress = new Map<string, number>();
  /** Address keys of open connections that count for their address. */
  readonly #callers = new WeakMap<Duplex, string>();
  readonly #refused = new Map<Duplex, ConnectionSetting>();
  /** By setting: time of the last log line, and rejections since then. */
  readonly #logged = new Map<ConnectionSetting, { atMs: number; refused: number }>();
  #size = 0;

  constructor(options: ConnectionCountOptions) {
    this.#options = options;
  }

  /** Open connections, without rejected ones. */
  get size(): number {
    return this.#size;
  }

  /** Counts a new connection, or rejects it. */
  add(socket: Socket): void {
    const address = socket.remoteAddress ?? "";
    const caller = this.#options.isProxy(address) ? undefined : addressKey(address);
    const setting = this.#exceeded(caller);
    if (setting !== undefined) {
      this.#refuse(socket, setting);
      return;
    }
    this.#size += 1;
    if (caller !== undefined) this.#count(socket, caller);
    socket.once("close", () => {
      this.#size -= 1;
      this.#discount(socket);
    });
  }

  /** The response on a rejected connection; undefined for any other. */
  refusalOf(socket: Duplex): HttpResponse | undefined {
    const setting = this.#refused.get(socket);
    if (setting === undefined) return undefined;
    const { connections, connectionsPerAddress } = this.#options.limits;
    const headers = { connection: "close", "retry-after": String(retrySeconds) };
    if (setting === "HTTP_CONNECTION_LIMIT") {
      return problem(503, `The server has reached its limit of ${connections} connections (${setting}).`, headers);
    }
    return problem(
      429,
      `Your address has reached its limit of ${connectionsPerAddress} connections (${setting}).`,
      headers,
    );
  }

  /**
   * Stops counting a connection for its address, because it counts for its user (CONNECTIONS_PER_USER). Returns the
   * function that reverts it.
   */
  exempt(socket: Duplex): () => void {
    const caller = this.#discount(socket);
    return () => {
      if (caller !== undefined && !socket.destroyed) this.#count(socket, caller);
    };
  }

  /** The limit that one more connection would exceed. */
  #exceeded(caller: string | undefined): ConnectionSetting | undefined {
    const { connections, connectionsPerAddress } = this.#options.limits;
    if (this.#size >= connections) return "HTTP_CONNECTION_LIMIT";
    const ofCaller = caller === undefined ? 0 : (this.#perAddress.get(caller) ?? 0);
    return ofCaller >= connectionsPerAddress ? "HTTP_CONNECTIONS_PER_ADDRESS" : undefined;
  }

  #count(socket: Duplex, caller: string): void {
    this.#callers.set(socket, caller);
    this.#perAddress.set(caller, (this.#perAddress.get(caller) ?? 0) + 1);
  }

  #discount(socket: Duplex): string | undefined {
    const caller = this.#callers.get(socket);
    if (caller === undefined) return undefined;
    this.#callers.delete(socket);
    const left = (this.#perAddress.get(caller) ?? 1) - 1;
    if (left > 0) this.#perAddress.set(caller, left);
    else this.#perAddress.delete(caller);
    return caller;
  }

  #refuse(socket: Socket, setting: ConnectionSetting): void {
    this.#options.onRefused(setting);
    this.#logRefusal(setting, socket.remoteAddress);
    if (this.#refused.size >= maxRefused) {
      socket.destroy();
      return;
    }
    this.#refused.set(socket, setting);
    const timer = setTimeout(() => socket.destroy(), refusedMs);
    socket.once("close", () => {
      clearTimeout(timer);
      this.#refused.delete(socket);
    });
  }

  #logRefusal(setting: ConnectionSetting, address: string | undefined): void {
    const { log, elapsedMs } = this.#options;
    const last = this.#logged.get(setting) ?? { atMs: Number.NEGATIVE_INFINITY, refused: 0 };
    this.#logged.set(setting, last);
    last.refused += 1;
    if (elapsedMs() - last.atMs < logEveryMs) return;
    const what = setting === "HTTP_CONNECTION_LIMIT" ? "of this process" : "of one address";
    const fields = {
      component: "http",
      setting,
      refused: last.refused,
      ...(setting === "HTTP_CONNECTIONS_PER_ADDRESS" && { address }),
    };
    log.warn(fields, `connections refused: limit ${what} reached`);
    Object.assign(last, { atMs: elapsedMs(), refused: 0 });
  }
}
