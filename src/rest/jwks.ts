/** Public keys of our access tokens, for services that verify them (RFC 7517; RFC 8615). */
import type { SigningKeys } from "../auth/signing-keys.js";
import { json } from "../http/http-response.js";
import type { RestRoute } from "./rest-route.js";

export function jwksRoute(keys: SigningKeys): RestRoute {
  const headers = { "cache-control": "public, max-age=300" };
  const schema = {
    type: "object",
    required: ["keys"],
    properties: { keys: { type: "array", items: { type: "object" } } },
  };
  return {
    method: "GET",
    path: "/.well-known/jwks.json",
    handle: async () => json(200, await keys.jwks(), headers),
    doc: {
      summary: "The public keys of access tokens",
      responses: { 200: { description: "A JWK set (RFC 7517).", type: "application/json", schema } },
    },
  };
}
