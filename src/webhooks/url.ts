/** URLs allowed for webhooks: the checks that need no name server. Pure. */
import { isIP } from "node:net";
import type { AddressCheck } from "./address.js";

export interface UrlRules {
  /** Whether http is allowed besides https. */
  readonly allowHttp: boolean;
  readonly checkAddress: AddressCheck;
}

/**
 * Ports from 1024 of services that might interpret a request as commands: databases, caches, queues, orchestrators.
 * Below 1024 only 80 and 443 are allowed, since all other ports belong to other services.
 */
const otherServices: ReadonlySet<number> = new Set([
  1433, 1521, 1719, 1720, 1723, 2049, 2181, 2375, 2376, 2379, 2380, 3128, 3306, 3389, 3659, 4045, 4190, 4369, 5060,
  5061, 5432, 5672, 5984, 6000, 6379, 6443, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 8086, 8500, 8600, 9042,
  9092, 9200, 9300, 10080, 10250, 10255, 11211, 15672, 25565, 26379, 27017, 27018,
]);

/** Returns the reason why a URL is refused, or undefined. The URL parser normalises decimal, octal and hex addresses. */
export function urlProblem(text: string, { allowHttp, checkAddress }: UrlRules): string | undefined {
  if (!URL.canParse(text)) return "it is not an absolute URL";
  const url = new URL(text);
  if (url.protocol !== "https:" && url.protocol !== "http:") return `its scheme is ${url.protocol.slice(0, -1)}`;
  if (url.protocol === "http:" && !allowHttp) return "it is not https";
  if (url.username !== "" || url.password !== "") return "it contains credentials";
  const port = Number(url.port || (url.protocol === "https:" ? 443 : 80));
  if (port !== 80 && port !== 443 && (port < 1024 || otherServices.has(port)))
    return `port ${port} is reserved for other services`;
  return literalAddresses(url)
    .map(checkAddress)
    .find((reason) => reason !== undefined);
}

/** Addresses of a host that needs no name server: a literal, or localhost (RFC 6761, section 6.3). */
export function literalAddresses({ hostname }: URL): readonly string[] {
  const host = hostname.replace(/^\[|\]$/g, "");
  if (isIP(host) !== 0) return [host];
  return /(^|\.)localhost\.?$/i.test(host) ? ["127.0.0.1", "::1"] : [];
}
