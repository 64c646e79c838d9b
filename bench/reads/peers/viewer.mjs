/** Who asks: the peers verify Parley's own access tokens, with its public key, as it does itself. */
import { createLocalJWKSet, jwtVerify } from "jose";

const keys = createLocalJWKSet(JSON.parse(process.env.BENCH_JWKS));
const expected = { issuer: "parley", audience: "parley", typ: "at+jwt", algorithms: ["EdDSA"] };

/** The user's id. Throws without a good token. */
export async function readViewer(authorization = "") {
  const { payload } = await jwtVerify(authorization.replace(/^Bearer /, ""), keys, expected);
  return payload.sub;
}
