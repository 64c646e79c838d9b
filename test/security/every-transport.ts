/** What is said to an operation that is refused, over each way that leads to the server. */
import type { Account, TestServer } from "../harness/server.js";
import { connectSocket } from "../subscriptions/socket.js";

export interface Operation {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

export interface RequestError {
  readonly message: string;
  readonly locations?: readonly object[];
  readonly extensions?: { readonly code?: string };
}

/** Sends an operation that must be refused. Returns its errors. */
export type Refuse = (operation: Operation) => Promise<readonly RequestError[]>;

export interface Transports {
  readonly http: Refuse;
  readonly sse: Refuse;
  readonly websocket: Refuse;
  /** Of a subscription without variables. The text of the refusal is the message of a `UserError`. */
  readonly webhook: Refuse;
  close(): Promise<void>;
}

export async function openTransports(server: TestServer, account: Account): Promise<Transports> {
  const { token } = account;
  const socket = await connectSocket(server.url, token);
  let lastId = 0;

  return {
    async http({ query, variables }) {
      const { body } = await server.graphql(query, variables, { token });
      return refusalsIn(body);
    },
    async sse(operation) {
      const response = await fetch(`${server.url}/graphql/stream`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
        body: JSON.stringify(operation),
      });
      const text = await response.text();
      // What Apollo Server refuses of a query is streamed as its only result.
      return refusalsIn(JSON.parse(/^data: (.+)$/m.exec(text)?.[1] ?? text));
    },
    async websocket(payload) {
      lastId += 1;
      const id = String(lastId);
      socket.send({ type: "subscribe", id, payload });
      const message = await socket.messages.find((each) => each.id === id);
      return message.type === "error" ? message.payload : refusalsIn(message.payload);
    },
    async webhook({ query: subscription }) {
      const mutation = `mutation ($input: CreateWebhookInput!) {
        createWebhook(input: $input) { userErrors { message field } }
      }`;
      const input = { url: "https://example.org/hook", subscription };
      const { body } = await server.graphql(mutation, { input }, { token });
      const { userErrors } = body.data.createWebhook;
      if (userErrors.length === 0) throw new Error("the operation was not refused");
      return userErrors;
    },
    close: () => socket.close(),
  };
}

function refusalsIn({ errors }: { readonly errors?: readonly RequestError[] }): readonly RequestError[] {
  if (errors === undefined) throw new Error("the operation was not refused");
  return errors;
}
