/** Asks what must be refused, and looks at every answer for what must not be in it. */
import { expect } from "vitest";
import type { GraphQLAnswer, Sent } from "../harness/client.js";
import type { TestDatabase } from "../harness/database.js";
import type { TestServer } from "../harness/server.js";

/** Signs of the inside: libraries, statements, tables, stack traces, files. */
const innards = /prisma|pglite|node_modules|\bsql\b|\bselect\b|\brelation\b|\\n +at |\.[cm]?[jt]s:\d|file:\/\//i;

export function expectNoInnards(text: string): void {
  expect(text).not.toMatch(innards);
}

/** Sends an operation that is wrong somewhere. Whatever the answer, it is no 5xx and shows nothing of the inside. */
export async function ask(
  server: TestServer,
  query: string,
  variables?: Record<string, unknown>,
  sent?: Sent,
): Promise<GraphQLAnswer> {
  const answer = await server.graphql(query, variables, sent);
  expect(answer.status).toBeLessThan(500);
  expectNoInnards(JSON.stringify(answer.body.errors ?? []));
  return answer;
}

/** The payload of a mutation that is done, or refused with userErrors. `fields` are selected besides these. */
export async function change(
  server: TestServer,
  token: string | undefined,
  mutation: string,
  input: object,
  fields = "",
) {
  const type = `${mutation.slice(0, 1).toUpperCase()}${mutation.slice(1)}Input!`;
  const query = `mutation ($input: ${type}) { ${mutation}(input: $input) { ${fields} userErrors { code message field } } }`;
  const { body } = await ask(server, query, { input }, token === undefined ? {} : { token });
  expect(body.errors).toBeUndefined();
  return body.data[mutation];
}

/** The code of the one error at the top level, where nothing was answered besides. */
export function codeOf({ body }: GraphQLAnswer): string | undefined {
  expect(body.errors).toHaveLength(1);
  expect(Object.values(body.data ?? {}).filter((value) => value !== null)).toEqual([]);
  return body.errors?.[0]?.extensions.code;
}

export interface HttpRequest {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array | ReadableStream<Uint8Array>;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Sends a request as it is, JSON unless it says otherwise. */
export async function request(server: TestServer, sent: HttpRequest = {}): Promise<HttpAnswer> {
  const { method = "POST", path = "/graphql", headers = { "content-type": "application/json" }, body } = sent;
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers,
    ...(body !== undefined && { body, duplex: "half" }),
  });
  const text = await response.text();
  expectNoInnards(text);
  return { status: response.status, headers: response.headers, text };
}

/** How many rows there are of everything a mutation may write, to see that nothing was half written. */
export async function countRows({ prisma }: TestDatabase): Promise<Record<string, number>> {
  return {
    users: await prisma.user.count(),
    posts: await prisma.post.count(),
    comments: await prisma.comment.count(),
    postLikes: await prisma.postLike.count(),
    commentLikes: await prisma.commentLike.count(),
    follows: await prisma.follow.count(),
    sessions: await prisma.session.count(),
    refreshTokens: await prisma.refreshToken.count(),
    idempotencyKeys: await prisma.idempotencyKey.count(),
    events: await prisma.event.count(),
  };
}
