/** One caller of the server under attack, with its own loopback address, so that limits per address apply separately. */
import { Agent, request } from "node:http";
import { WebSocket } from "ws";

const requestMs = 30_000;

export class Client {
  token;
  #agent = new Agent({ keepAlive: true, maxSockets: 64 });
  #open = new Set();

  constructor(url, address) {
    this.url = url;
    this.address = address;
  }

  /** Signs up under a new handle; later requests carry the token. Resolves with the user's id. */
  async signUp(handle) {
    const input = { handle, name: handle, email: `${handle}@example.org`, password: `${handle}-correct-horse` };
    const text =
      "mutation ($input: SignUpInput!) { signUp(input: $input) { session { accessToken } user { id } userErrors { message } } }";
    const { signUp } = await this.data(text, { input });
    if (signUp.user === null) throw new Error(signUp.userErrors[0].message);
    this.token = signUp.session.accessToken;
    return signUp.user.id;
  }

  /** Resolves with the data of an operation that must succeed. */
  async data(query, variables) {
    const { status, text } = await this.send({ query, variables });
    const { data, errors } = JSON.parse(text);
    if (data == null) throw new Error(`status ${status}: ${errors?.[0]?.message ?? text.slice(0, 200)}`);
    return data;
  }

  /** Sends one operation. Resolves with its status and, up to 64 KiB, its text; an error is a status of 0. */
  send(body) {
    return new Promise((resolve) => {
      const asked = this.#ask(body, (response) => {
        let text = "";
        let bytes = 0;
        response.on("data", (chunk) => {
          bytes += chunk.length;
          if (text.length < 65_536) text += chunk;
        });
        response.once("end", () => resolve({ status: response.statusCode, text, bytes }));
        response.once("error", () => resolve({ status: 0, text: "", bytes }));
      });
      asked.once("error", () => resolve({ status: 0, text: "", bytes: 0 }));
    });
  }

  /** Sends one operation on a connection of its own and never reads the response. */
  sendAndNeverRead(body) {
    const asked = this.#ask(body, (response) => response.pause(), { agent: false });
    asked.on("error", () => undefined);
    this.#open.add(() => asked.destroy());
  }

  /** Opens an event stream and reads it as fast as it comes. */
  stream(body) {
    const headers = { accept: "text/event-stream" };
    const asked = this.#ask(body, (response) => response.resume(), { agent: false, path: "/graphql/stream", headers });
    asked.on("error", () => undefined);
    this.#open.add(() => asked.destroy());
  }

  /** Opens a socket and sends the messages, each as a text. */
  socket(messages) {
    const socket = new WebSocket(`${this.url.replace("http", "ws")}/graphql`, "graphql-transport-ws", {
      localAddress: this.address,
    });
    socket.on("error", () => undefined);
    socket.once("open", () => {
      for (const message of messages) socket.send(message);
    });
    this.#open.add(() => socket.terminate());
  }

  end() {
    for (const close of this.#open) close();
    this.#agent.destroy();
  }

  #ask(body, onResponse, { agent = this.#agent, path = "/graphql", headers = {} } = {}) {
    const text = JSON.stringify(body);
    const asked = request(
      `${this.url}${path}`,
      {
        method: "POST",
        agent,
        localAddress: this.address,
        timeout: requestMs,
        headers: {
          "content-type": "application/json",
          "content-length": Buffer.byteLength(text),
          ...(this.token !== undefined && { authorization: `Bearer ${this.token}` }),
          ...headers,
        },
      },
      onResponse,
    );
    asked.once("timeout", () => asked.destroy());
    return asked.end(text);
  }
}
