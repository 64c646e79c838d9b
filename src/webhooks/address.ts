/** Network addresses that webhooks may be sent to: public ones, and the networks allowed by the operator. Pure. */
import ipaddr from "ipaddr.js";

type Network = ReturnType<typeof ipaddr.parseCIDR>;

/** Returns the reason why an address is refused, or undefined. */
export type AddressCheck = (address: string) => string | undefined;

/** The only IPv6 addresses assigned for public use (IANA, IPv6 global unicast). */
const globalUnicast = ipaddr.parseCIDR("2000::/3");
/** Azure's platform endpoint, although its number is public. */
const azurePlatform = "168.63.129.16";

/** `allowed` are networks in CIDR notation. Throws for an invalid one. */
export function createAddressCheck(allowed: readonly string[]): AddressCheck {
  const networks = allowed.map((network) => ipaddr.parseCIDR(network));
  return (text) => {
    if (!ipaddr.isValid(text)) return `${text} is not an IP address`;
    // A connection to an IPv4-mapped IPv6 address goes to the IPv4 address.
    const address = ipaddr.process(text);
    if (networks.some((network) => isIn(address, network))) return undefined;
    const kind = address.range();
    if (kind !== "unicast") return `${text} is not a public address (${kind})`;
    if (address.toString() === azurePlatform) return `${text} is not a public address (platform)`;
    if (address.kind() === "ipv6" && !isIn(address, globalUnicast)) return `${text} is not a public address (reserved)`;
    return undefined;
  };
}

function isIn(address: ipaddr.IPv4 | ipaddr.IPv6, network: Network): boolean {
  return address.kind() === network[0].kind() && address.match(network);
}
