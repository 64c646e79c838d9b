/** Access tokens: short-lived JSON Web Tokens (RFC 9068 profile, EdDSA). A rejected token gets an error that says why. */
import { errors, jwtVerify, SignJWT } from "jose";
import { ParleyError } from "../errors.js";
import type { SigningKeys } from "./signing-keys.js";

/** The user and session of a token. */
export interface Claims {
  readonly userId: number;
  readonly sessionId: string;
}

export interface AccessTokens {
  sign(claims: Claims): Promise<{ readonly token: string; readonly expiresAt: Date }>;
  /** Throws UNAUTHENTICATED for a token that is malformed, expired, not ours, or not for us. */
  verify(token: string): Promise<Claims & { readonly expiresAt: Date }>;
}

/** "Access token" of RFC 9068, section 2.1: rejects ID and refresh tokens of the same issuer. */
const type = "at+jwt";
const algorithm = "EdDSA";
const uuidForm = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

export function createAccessTokens(
  keys: SigningKeys,
  options: { readonly issuer: string; readonly lifeSeconds: number; readonly now: () => Date },
): AccessTokens {
  const { issuer, lifeSeconds, now } = options;
  return {
    async sign({ userId, sessionId }) {
      const issuedAt = Math.floor(now().getTime() / 1000);
      const { kid, privateKey } = await keys.current();
      const token = await new SignJWT({ sid: sessionId })
        .setProtectedHeader({ alg: algorithm, typ: type, kid })
        .setIssuer(issuer)
        .setAudience(issuer)
        .setSubject(String(userId))
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + lifeSeconds)
        .sign(privateKey);
      return { token, expiresAt: new Date((issuedAt + lifeSeconds) * 1000) };
    },

    async verify(token) {
      const findKey = async ({ kid }: { kid?: string }) => {
        const key = kid === undefined ? undefined : await keys.find(kid);
        if (key === undefined)
          throw new ParleyError("UNAUTHENTICATED", "The access token is signed with an unknown key.");
        return key;
      };
      const expected = { issuer, audience: issuer, typ: type, algorithms: [algorithm], currentDate: now() };
      try {
        const { payload } = await jwtVerify(token, findKey, { ...expected, requiredClaims: ["sub", "sid", "exp"] });
        return readClaims(payload);
      } catch (error) {
        throw refusal(error);
      }
    },
  };
}

function readClaims(payload: { sub?: string; sid?: unknown; exp?: number }): Claims & { expiresAt: Date } {
  const { sub, sid, exp } = payload;
  const userId = Number(sub);
  if (Number.isSafeInteger(userId) && typeof sid === "string" && uuidForm.test(sid) && exp !== undefined) {
    return { userId, sessionId: sid, expiresAt: new Date(exp * 1000) };
  }
  throw new ParleyError("UNAUTHENTICATED", "The access token does not name a user and a session.");
}

function refusal(error: unknown): unknown {
  if (error instanceof errors.JWTExpired) {
    return new ParleyError("UNAUTHENTICATED", "The access token has expired: refresh the session.");
  }
  if (error instanceof errors.JOSEError) {
    return new ParleyError("UNAUTHENTICATED", "The access token is not valid: sign in again.");
  }
  return error;
}
