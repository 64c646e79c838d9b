/** The owner of a webhook, as a viewer for the subscription engine. */

import { roleWith } from "../auth/api-keys.js";
import type { Viewer } from "../auth/viewer.js";
import type { ViewerColumns } from "../auth/viewer-columns.js";
import { endOfTime } from "../db/timestamps.js";
import type { ApiKeyScope, Role } from "../generated/graphql.js";
import type { Caller } from "../rate-limit/rate-limit.js";

/** The payer of a webhook's executions: the API key that created it, or its owner. */
export interface Payer {
  readonly ownerId: number;
  readonly role: Role;
  /** Null for a webhook created without a key. */
  readonly apiKeyId: number | null;
}

export interface Owner extends ViewerColumns, Payer {
  /** Scopes of the API key; null without one. */
  readonly keyScopes: readonly ApiKeyScope[] | null;
}

/** The owner of a webhook, restricted to the scopes of the viewer's key. */
export function asAskedBy<Theirs extends Owner>(owner: Theirs, { apiKey }: Viewer): Theirs {
  if (apiKey === undefined) return owner;
  const scopes = owner.keyScopes ?? [...apiKey.scopes];
  return { ...owner, apiKeyId: apiKey.id, keyScopes: scopes.filter((scope) => apiKey.scopes.has(scope)) };
}

/** SQL columns of the payer of the webhook `alias`. */
export function payerColumns(alias: string): string {
  return `${alias}.owner_id AS "ownerId", ${alias}.api_key_id AS "apiKeyId",
    (SELECT payer.role FROM users AS payer WHERE payer.id = ${alias}.owner_id) AS role`;
}

export function callerOf({ ownerId: id, role, apiKeyId }: Payer): Caller {
  return { viewer: apiKeyId === null ? { id, role } : { id, role, apiKey: { id: apiKeyId } }, address: "" };
}

/** Without a session, since a webhook has no connections and changes nothing. */
export function ownerAsViewer({ ownerId: id, role, apiKeyId, keyScopes, blockedIds, hasHidden }: Owner): Viewer {
  const viewer = { id, role, sessionId: null, tokenExpiresAt: endOfTime, blockedIds, hasHidden };
  if (apiKeyId === null) return viewer;
  const apiKey = { id: apiKeyId, scopes: new Set(keyScopes) };
  return { ...viewer, role: roleWith(apiKey, role), apiKey };
}
