/** The load: many WebSocket clients in this process, which count messages without parsing them. */
import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { WebSocket } from "ws";

const atOnce = 200;
const receiveMs = 120_000;

/** Connects `count` listeners, the nth with `subscriptionOf(n)`, each acknowledged before it subscribes. `params` as in graphql-ws. */
export async function connectListeners(url, count, subscriptionOf, params) {
  const listeners = new Listeners(JSON.stringify({ type: "connection_init", payload: params }));
  for (let from = 0; from < count; from += atOnce) {
    const numbers = Array.from({ length: Math.min(atOnce, count - from) }, (_, index) => from + index);
    await Promise.all(numbers.map((number) => listeners.connect(url, subscriptionOf(number))));
  }
  return listeners;
}

class Listeners {
  received = 0;
  /** Text of the last message; kept only on request. */
  lastText;
  keepsText = false;
  /** Called with the listener's number, for each message. */
  onMessage;
  #init;
  #sockets = [];
  #target = Number.POSITIVE_INFINITY;
  #reached;

  constructor(init) {
    this.#init = init;
  }

  get size() {
    return this.#sockets.length;
  }

  connect(url, subscription) {
    const socket = new WebSocket(url, "graphql-transport-ws", { perMessageDeflate: false });
    const number = this.#sockets.push(socket) - 1;
    return new Promise((resolve, reject) => {
      socket.once("error", reject);
      socket.once("close", (code) => reject(new Error(`a listener was closed with ${code}`)));
      socket.once("open", () => socket.send(this.#init));
      socket.once("message", () => {
        socket.on("message", (data) => this.#receive(number, data));
        // Distinct ids, as graphql-ws clients send them.
        socket.send(JSON.stringify({ id: randomUUID(), type: "subscribe", payload: subscription }));
        resolve();
      });
    });
  }

  /** Runs `emit` and waits until `count` messages have come since. */
  async receive(count, emit) {
    let timer;
    const reached = new Promise((resolve, reject) => {
      this.#target = this.received + count;
      this.#reached = resolve;
      const late = () => reject(new Error(`${this.#target - this.received} of ${count} messages did not come`));
      timer = setTimeout(late, receiveMs);
    });
    await Promise.all([emit(), reached]);
    clearTimeout(timer);
  }

  /** Sends single events until one has reached all listeners, because subscriptions are not acknowledged. */
  async warmUp(emit, events = 1) {
    for (let attempt = 0, whole = 0; whole < events; attempt++) {
      const before = this.received;
      await emit();
      for (let waited = 0; this.received < before + this.size && waited < 2_000; waited += 20) await wait(20);
      if (this.received === before + this.size) whole += 1;
      else if (attempt > 20) throw new Error(`an event reached ${this.received - before} of ${this.size} listeners`);
    }
  }

  async close() {
    for (const socket of this.#sockets) socket.terminate();
    await wait(200);
  }

  #receive(number, data) {
    this.received += 1;
    if (this.keepsText) this.lastText = String(data);
    this.onMessage?.(number);
    if (this.received === this.#target) this.#reached();
  }
}
