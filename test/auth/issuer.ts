/** A small identity provider that can be unreachable, rotate its keys or lie. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from "jose";

/** One that is undefined is left out. */
/** Of any kind: tests send claims that no issuer should. */
type Claims = { readonly [Name in keyof JWTPayload]?: unknown };

export interface Issuer {
  /** Its `iss`. */
  readonly url: string;
  /** Paths that were asked for. */
  readonly asked: string[];
  /** What it does when it is asked. */
  mode: "answers" | "resets" | "hangs" | "fails" | "only RFC 8414";
  /** Says this in the place of what is so. */
  metadata: Record<string, unknown>;
  /** Signs with a new key from then on, and publishes it alone. */
  rotate(alg?: string): Promise<void>;
  /** A token of `sub` that is good for ten minutes, but for these parts. */
  token(claims?: Claims, header?: { alg?: string; kid?: string }, key?: CryptoKey | Uint8Array): Promise<string>;
  close(): Promise<void>;
}

export const audience = "parley-of-the-app";

/** `path` is that of its `iss`. */
export async function startIssuer(now: () => Date, path = ""): Promise<Issuer> {
  let keys: { alg: string; kid: string; privateKey: CryptoKey; jwk: JWK } = await makeKey("RS256");
  const server = createServer((request, response) => {
    issuer.asked.push(request.url ?? "");
    if (issuer.mode === "resets") return request.socket.destroy();
    if (issuer.mode === "hangs") return undefined;
    const openId = `${path}/.well-known/openid-configuration`;
    const answers: Record<string, unknown> = {
      [issuer.mode === "only RFC 8414" ? `/.well-known/oauth-authorization-server${path}` : openId]: {
        issuer: issuer.url,
        jwks_uri: `${issuer.url}/keys`,
        ...issuer.metadata,
      },
      [`${path}/keys`]: { keys: [keys.jwk] },
    };
    const answer = issuer.mode === "fails" ? undefined : answers[request.url ?? ""];
    response.writeHead(answer === undefined ? (issuer.mode === "fails" ? 500 : 404) : 200);
    return response.end(answer === undefined ? "<html>" : JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const issuer: Issuer = {
    url: `http://127.0.0.1:${port}${path}`,
    asked: [],
    mode: "answers",
    metadata: {},
    async rotate(alg = "RS256") {
      keys = await makeKey(alg);
    },
    token(claims = {}, header = {}, key = keys.privateKey) {
      const nowSeconds = Math.floor(now().getTime() / 1_000);
      const usual = { iss: issuer.url, aud: audience, sub: "1", iat: nowSeconds, exp: nowSeconds + 600 };
      const payload = Object.entries({ ...usual, ...claims }).filter(([, value]) => value !== undefined);
      return new SignJWT(Object.fromEntries(payload))
        .setProtectedHeader({ alg: keys.alg, kid: keys.kid, ...header })
        .sign(key);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return issuer;
}

let made = 0;

async function makeKey(alg: string) {
  made += 1;
  const kid = `key-${made}`;
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { alg, kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg } };
}
