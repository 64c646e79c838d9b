/** Helpers of the identity tests. */
import { expect } from "vitest";
import type { Sent } from "../harness/client.js";
import type { TestServer } from "../harness/server.js";

export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly accessTokenExpiresAt: string;
}

/** A clock that a test sets. */
export function createClock(start = "2026-11-21T12:00:00Z") {
  let time = Date.parse(start);
  return {
    now: () => new Date(time),
    advance(ms: number) {
      time += ms;
    },
  };
}

const session = "session { accessToken refreshToken accessTokenExpiresAt } user { handle }";
const userErrors = "userErrors { code message field }";

/** Throws when the payload is a refusal. */
export async function signIn(
  server: TestServer,
  { email, password }: { email: string; password: string },
): Promise<Tokens> {
  const query = `mutation ($input: SignInInput!) { signIn(input: $input) { ${session} ${userErrors} } }`;
  const { body } = await server.graphql(query, { input: { email, password } });
  expect(body.data?.signIn.userErrors).toEqual([]);
  return body.data.signIn.session;
}

/** The new tokens, or the code of the refusal. */
export async function refresh(server: TestServer, refreshToken: string, sent: Sent = {}): Promise<Tokens | string> {
  const query = `mutation ($input: RefreshSessionInput!) { refreshSession(input: $input) { ${session} ${userErrors} } }`;
  const { body } = await server.graphql(query, { input: { refreshToken } }, sent);
  expect(body.errors).toBeUndefined();
  const { session: tokens, user, userErrors: refusals } = body.data.refreshSession;
  expect([tokens === null, user === null]).toEqual(refusals.length === 0 ? [false, false] : [true, true]);
  return tokens ?? refusals[0].code;
}

/** The new tokens. Throws when they are refused. */
export async function refreshed(server: TestServer, refreshToken: string, sent?: Sent): Promise<Tokens> {
  const tokens = await refresh(server, refreshToken, sent);
  if (typeof tokens === "string") throw new Error(`refreshing was refused: ${tokens}`);
  return tokens;
}

/** Who the token speaks for: a handle, or, where it is not taken, the status and the code. */
export async function whoIs(server: TestServer, token: string): Promise<string> {
  const { status, body } = await server.graphql("{ viewer { handle } }", {}, { token });
  return body.data?.viewer?.handle ?? `${status} ${body.errors?.[0]?.extensions.code}`;
}
