/**
 * Authentication with tokens of external issuers (setting AUTH_ISSUERS): verifies them with the issuer's keys and finds
 * the local user.
 */
import { decodeJwt, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from "jose";
import type { TrustedIssuer } from "../config/formats.js";
import type { Query } from "../db/database.js";
import { endOfTime } from "../db/timestamps.js";
import { ParleyError, reasonOf } from "../errors.js";
import type { Role } from "../generated/graphql.js";
import type { Log } from "../log.js";
import { createCachedLookup } from "./cached-lookup.js";
import { createIssuerKeys } from "./issuer-keys.js";
import { notSuspended, type ViewerColumns, viewerColumns } from "./viewer-columns.js";

/** Claims of an external user; undefined if the issuer does not send them or we cannot trust them. */
export interface ExternalIdentity {
  readonly issuer: string;
  readonly subject: string;
  readonly name: string | undefined;
  readonly username: string | undefined;
  /** Only one that the issuer has verified. */
  readonly email: string | undefined;
}

export interface KnownUser {
  readonly userId: number;
  readonly role: Role;
}

export interface ExternalIdentities {
  /** Whether a bearer token says that it is of one of these issuers. */
  matches(token: string): boolean;
  /**
   * Throws UNAUTHENTICATED if the token is malformed, expired or for another audience, or if its user is suspended or
   * has deleted their account; ISSUER_UNAVAILABLE if its key is not known and the issuer is unreachable.
   */
  verify(token: string): Promise<KnownUser & ViewerColumns & { readonly expiresAt: Date }>;
  forget(): void;
}

export interface ExternalIdentitiesOptions {
  readonly issuers: readonly TrustedIssuer[];
  readonly query: Query;
  readonly log: Log;
  /** The wall clock. */
  readonly now: () => Date;
  /** Creates a user for a new identity. Throws UNAUTHENTICATED for one whose account was deleted. */
  readonly provisionUser: (identity: ExternalIdentity) => Promise<void>;
}

/** Asymmetric algorithms only: a key that verifies tokens must not be able to create them. */
const algorithms = ["RS256", "PS256", "ES256", "EdDSA"];
/** Clocks of two parties. */
const clockToleranceSeconds = 5;
/** OpenID Connect Core 1.0, section 2: ASCII, 255 characters at most. */
const subjectForm = /^[\x20-\x7e]{1,255}$/;
interface UserRow extends KnownUser, ViewerColumns {
  readonly mayComeIn: boolean;
}

const userQuery = `SELECT i.user_id AS "userId", u.role, ${notSuspended("u", "$3")} AS "mayComeIn", ${viewerColumns("u")}
  FROM external_identities AS i JOIN users AS u ON u.id = i.user_id WHERE i.issuer = $1 AND i.subject = $2`;

/** Undefined where there are no issuers: then nothing is decoded that would be verified anyway. */
export function openExternalIdentities(options: ExternalIdentitiesOptions): ExternalIdentities | undefined {
  const { issuers, query, log, now, provisionUser } = options;
  if (issuers.length === 0) return undefined;
  const trusted = new Map(
    issuers.map((each) => [each.issuer, { ...each, keys: createIssuerKeys(each.issuer, now, log) }]),
  );
  const users = createCachedLookup<UserRow>(async (key) => {
    const [found] = await query<UserRow>(userQuery, [...JSON.parse(key), now().toISOString()]);
    if (found?.mayComeIn === false) throw new ParleyError("UNAUTHENTICATED", "The account is suspended.");
    return found;
  }, now);
  const issuerOf = (token: string) => trusted.get(claimedIssuer(token) ?? "");

  return {
    matches: (token) => issuerOf(token) !== undefined,
    async verify(token) {
      const issuer = issuerOf(token);
      if (issuer === undefined) throw refused();
      const payload = await verifyWith(issuer, token, now(), log);
      const { subject, ...claims } = identityIn(issuer.issuer, payload);
      const find = () => users.find(JSON.stringify([issuer.issuer, subject]));
      const expiresAt = new Date(Math.min((payload.exp ?? 0) * 1_000, endOfTime.getTime()));
      const known = await find();
      if (known !== undefined) return { ...known, expiresAt };
      await provisionUser({ subject, ...claims });
      // Looked at as anybody is: another request may have made them a user before, and they be suspended by now.
      const user = await find();
      if (user === undefined) throw refused();
      return { ...user, expiresAt };
    },
    forget: users.forget,
  };
}

/** Not verified: only which keys are to be asked. */
function claimedIssuer(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}

async function verifyWith(
  { issuer, audiences, keys }: TrustedIssuer & { readonly keys: JWTVerifyGetKey },
  token: string,
  currentDate: Date,
  log: Log,
): Promise<JWTPayload> {
  try {
    const expected = { issuer, audience: [...audiences], algorithms, requiredClaims: ["sub", "exp"] };
    const { payload } = await jwtVerify(token, keys, {
      ...expected,
      currentDate,
      clockTolerance: clockToleranceSeconds,
    });
    return payload;
  } catch (error) {
    if (error instanceof ParleyError) throw error;
    if (error instanceof errors.JWTExpired) {
      throw new ParleyError("UNAUTHENTICATED", "The access token has expired: get a new one from its issuer.");
    }
    // A key that cannot be used, such as RSA of 1024 bits.
    if (!(error instanceof errors.JOSEError))
      log.warn({ component: "auth", issuer, reason: reasonOf(error) }, "issuer key unusable");
    throw refused();
  }
}

function identityIn(issuer: string, payload: JWTPayload): ExternalIdentity {
  const { sub = "", name, preferred_username: username, email, email_verified: isVerified } = payload;
  // jose checks that it is there, not that it is a text (RFC 7519, 4.1.2).
  if (typeof sub !== "string" || !subjectForm.test(sub)) throw refused();
  return {
    issuer,
    subject: sub,
    name: textOf(name),
    username: textOf(username),
    email: isVerified === true ? textOf(email) : undefined,
  };
}

function textOf(claim: unknown): string | undefined {
  return typeof claim === "string" ? claim : undefined;
}

function refused(): ParleyError {
  return new ParleyError("UNAUTHENTICATED", "The access token is not valid: get a new one from its issuer.");
}
