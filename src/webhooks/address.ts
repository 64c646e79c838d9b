/** Network addresses that webhooks may be sent to: public ones, and the networks allowed by the operator. Pure. */
import ipaddr from "ipaddr.js";

type Network = ReturnType<typeof ipaddr.parseCIDR>;

/** Why an address is refused; undefined when it is not. */
export type AddressCheck = (address: string) => string | undefined;

/** Only these IPv6 addresses are given out for the public (IANA, IPv6 global unicast). */
const globalUnicast = ipaddr.parseCIDR("2000::/3");
/** Public by its number alone: Azure's machines find their own platform here. */
const azurePlatform = "168.63.129.16";

/** `allowed` are networks in CIDR notation. Throws for an invalid one. */
export function createAddressCheck(allowed: readonly string[]): AddressCheck {
  const networks = allowed.map((network) => ipaddr.parseCIDR(network));
  return (text) => {
    if (!ipaddr.isValid(text)) return `${text} is not an IP address`;
    // An IPv4 address in IPv6's clothes is the IPv4 address: a connection to it goes there.
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
