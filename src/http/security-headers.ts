/** Security headers that restrict what browsers do with a response. The playground's page sets its own. */
import type { Client } from "./client-address.js";

const always = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
};

/** For a year, browsers connect over TLS only (RFC 6797). */
const overTls = { ...always, "strict-transport-security": "max-age=31536000" };

export function securityHeaders({ isSecure }: Client): Readonly<Record<string, string>> {
  return isSecure ? overTls : always;
}
