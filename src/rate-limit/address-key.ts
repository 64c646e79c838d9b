/** Key of a client address in rate limits and connection limits. */
import ipaddr from "ipaddr.js";

/**
 * The address itself for IPv4; for IPv6 its /64 network in hexadecimal, because every customer of a provider has 2^64
 * addresses (RFC 6177).
 */
export function addressKey(address: string): string {
  if (!address.includes(":") || !ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  if (parsed.kind() === "ipv4") return parsed.toString();
  return Buffer.from(parsed.toByteArray().slice(0, 8)).toString("hex");
}
