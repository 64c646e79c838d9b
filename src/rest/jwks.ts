/** The public keys of our access tokens, for services that verify them on their own (RFC 7517; RFC 8615). */
import type { SigningKeys } from "../auth/signing-keys.js";
import { json } from "../http/answer.js";
import type { Route } from "../http/routes.js";

export function jwksRoute(keys: SigningKeys): Route {
  const headers = { "cache-control": "public, max-age=300" };
  return { method: "GET", path: "/.well-known/jwks.json", handle: () => json(200, keys.jwks(), headers) };
}
