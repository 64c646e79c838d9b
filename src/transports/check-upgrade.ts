/** Checks a request to upgrade to a WebSocket: path, version of the protocol, origin, rate limit. */
import type { IncomingMessage } from "node:http";
import type { HeaderList } from "../errors.js";
import type { ClientOf } from "../http/client-address.js";
import { isOriginAllowed } from "../http/origin.js";
import { chargeVisitorFailure, type RateLimiter } from "../rate-limit/rate-limit.js";

export interface UpgradeRules {
  readonly allowedOrigins: readonly string[];
  readonly limiter: RateLimiter;
  readonly clientOf: ClientOf;
}

export interface UpgradeRefusal {
  /** Status code and reason phrase. */
  readonly status: string;
  readonly headers?: HeaderList;
}

const webSocketPath = "/graphql";

/** Undefined when the upgrade is allowed. */
export function checkUpgrade(
  { allowedOrigins, limiter, clientOf }: UpgradeRules,
  request: IncomingMessage,
): UpgradeRefusal | undefined {
  const { origin, host, "sec-websocket-version": version } = request.headers;
  if (request.url?.split("?")[0] !== webSocketPath) return { status: "404 Not Found" };
  // Drafts before RFC 6455, of which ws takes one, name the page in another header than `Origin`.
  if (version !== "13") return { status: "426 Upgrade Required", headers: [["sec-websocket-version", "13"]] };
  if (!isOriginAllowed(origin, host, allowedOrigins)) return { status: "403 Forbidden" };
  // To open a socket costs as much as a request that fails.
  const limited = chargeVisitorFailure(limiter, clientOf(request).address);
  return limited && { status: "429 Too Many Requests", headers: limited.headers };
}
