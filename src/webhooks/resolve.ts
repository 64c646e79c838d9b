/** Resolves a host name to the addresses that may be connected to: each address is checked, and only those are used. */
import { promises as dns } from "node:dns";
import type { LookupFunction } from "node:net";
import type { AddressCheck } from "./address.js";
import { literalAddresses } from "./url.js";

/** Every address of a name. Rejects when it has none. */
export type Resolve = (hostname: string) => Promise<readonly string[]>;

/**
 * The name resolves to a forbidden address or to none. The error does not say which, since that would reveal the
 * internal network.
 */
class RefusedAddress extends Error {
  constructor(hostname: string) {
    super(`${hostname} has no address that webhooks may be sent to (WEBHOOK_ALLOW_NETWORKS)`);
  }
}

/** Timeout of each of two tries. */
const nameServerTimeoutMs = 4_000;

/**
 * Queries name servers directly, because getaddrinfo blocks one of libuv's four threads: the names of a few slow
 * receivers would occupy them all.
 */
export function createResolve(): Resolve {
  const resolver = new dns.Resolver({ timeout: nameServerTimeoutMs, tries: 2 });
  return async (hostname) => {
    const answers = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
    const addresses = answers.flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []));
    if (addresses.length > 0) return addresses;
    throw new RefusedAddress(hostname);
  };
}

/**
 * `lookup` option of a socket: connects only to a checked address, even if the name's records change meanwhile. One
 * forbidden address rejects the name, because no receiver needs to mix public and private addresses. Literal addresses
 * are checked by `urlProblem`.
 */
export function checkedLookup(resolve: Resolve, checkAddress: AddressCheck): LookupFunction {
  return (hostname, { all }, callback) => {
    addressesOf(hostname, resolve, checkAddress).then(
      ([first = "", ...rest]) => {
        if (all)
          callback(
            null,
            [first, ...rest].map((address) => ({ address, family: familyOf(address) })),
          );
        else callback(null, first, familyOf(first));
      },
      (error: Error) => callback(error, ""),
    );
  };
}

async function addressesOf(hostname: string, resolve: Resolve, checkAddress: AddressCheck): Promise<readonly string[]> {
  const literal = literalAddresses(new URL(`http://${hostname}`));
  const addresses = literal.length > 0 ? literal : await resolve(hostname).catch(() => []);
  const isRefused = addresses.length === 0 || addresses.some((address) => checkAddress(address) !== undefined);
  if (isRefused) throw new RefusedAddress(hostname);
  return addresses;
}

function familyOf(address: string): 4 | 6 {
  return address.includes(":") ? 6 : 4;
}
