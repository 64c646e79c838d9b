/** Client address and protocol of a request. Proxy headers (`X-Forwarded-*`) count only from trusted proxies. */
import type { IncomingMessage } from "node:http";
import ipaddr from "ipaddr.js";

export interface Client {
  /** Address of the nearest hop that is not a trusted proxy. */
  readonly address: string;
  /** Whether the client connected over TLS, to this server or to a trusted proxy. */
  readonly isSecure: boolean;
}

export type ClientOf = (request: Pick<IncomingMessage, "headers" | "socket">) => Client;

/** Whether an address belongs to a trusted proxy. */
export type IsProxy = (address: string) => boolean;

type Address = ReturnType<typeof ipaddr.process>;

/** `trusted` are addresses, and networks such as 10.0.0.0/8. */
export function createIsProxy(trusted: readonly string[]): IsProxy {
  const networks = trusted.map(parseNetwork);
  if (networks.length === 0) return () => false;
  return (address) => {
    if (!ipaddr.isValid(address)) return false;
    const parsed = ipaddr.process(address);
    return networks.some(([network, bits]) => network.kind() === parsed.kind() && parsed.match(network, bits));
  };
}

export function createClientOf(isProxy: IsProxy): ClientOf {
  return ({ headers, socket }) => {
    let address = socket.remoteAddress ?? "";
    const isSecure = "encrypted" in socket;
    if (!isProxy(address)) return { address, isSecure };
    const hops = textOf(headers["x-forwarded-for"]).split(",").map(withoutPort);
    // From the right: entries to the left of an untrusted hop may be forged.
    while (isProxy(address)) {
      const hop = hops.pop();
      if (hop === undefined || !ipaddr.isValid(hop)) break;
      address = hop;
    }
    return { address, isSecure: isSecure || /^https$/i.test(textOf(headers["x-forwarded-proto"])) };
  };
}

function parseNetwork(text: string): [Address, number] {
  if (text.includes("/")) return ipaddr.parseCIDR(text);
  const address = ipaddr.process(text);
  return [address, address.kind() === "ipv4" ? 32 : 128];
}

function textOf(header: string | string[] | undefined): string {
  return (Array.isArray(header) ? header.join(",") : (header ?? "")).trim();
}

/** Some proxies add the port: 192.0.2.1:4711, [2001:db8::1]:4711. */
function withoutPort(hop: string): string {
  const trimmed = hop.trim();
  return /^\[(.+)\](?::\d+)?$/.exec(trimmed)?.[1] ?? /^([\d.]+):\d+$/.exec(trimmed)?.[1] ?? trimmed;
}
