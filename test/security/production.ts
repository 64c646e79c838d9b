/** A server with production settings, and helpers of attackers. */
import { connect } from "node:net";
import type { GraphQLAnswer, Sent } from "../harness/client.js";
import { type Account, startTestServer, type TestServer, type TestServerOptions } from "../harness/server.js";

/** Production closes the schema and the playground, and lets webhooks go to https alone. */
export function startProduction({ config, ...options }: TestServerOptions = {}): Promise<TestServer> {
  const production = { production: true, introspection: false, playground: false, worker: "off" as const };
  return startTestServer({ ...options, config: { ...production, ...config } });
}

export interface Scene {
  readonly server: TestServer;
  readonly ada: Account;
  /** Whoever attacks. */
  readonly mallory: Account;
  /** Of Ada's. */
  readonly postId: string;
}

export async function openScene(): Promise<Scene> {
  const server = await startProduction();
  const [ada, mallory] = [await server.signUp("ada"), await server.signUp("mallory")];
  const { post } = await change(server, ada, "createPost", { title: "Hers", content: "Text" }, "post { id }");
  return { server, ada, mallory, postId: post.id };
}

/** Codes of the errors at the top level. */
export function codesIn({ body }: GraphQLAnswer): string[] {
  return (body.errors ?? []).map(({ extensions }) => extensions.code);
}

/** Sends a mutation of one input. Returns its payload, or undefined when there are errors at the top level. */
export async function change(
  server: TestServer,
  sent: Sent | undefined,
  name: string,
  input: object,
  selection = "",
  // What a mutation answers depends on the mutation: a test says what it expects.
  // biome-ignore lint/suspicious/noExplicitAny: see above
): Promise<any> {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input!`;
  const query = `mutation ($input: ${type}) { ${name}(input: $input) { ${selection} userErrors { code field } } }`;
  const { body } = await server.graphql(query, { input }, sent);
  return body.data?.[name] ?? body.errors?.map(({ extensions }) => extensions.code);
}

/** Writes bytes as they are on a connection of its own, and reads until the server closes it. */
export async function sendBytes(url: string, text: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  socket.on("error", () => undefined);
  socket.write(text);
  return Buffer.concat(await socket.toArray()).toString();
}
