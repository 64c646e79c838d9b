/** A webhook's owner as the live engine sees who asks. */
import { roleWith } from "../auth/api-keys.js";
import type { SightColumns } from "../auth/sight-columns.js";
import type { Viewer } from "../auth/viewer.js";
import type { ApiKeyScope, Role } from "../generated/graphql.js";

export interface Owner extends SightColumns {
  readonly ownerId: number;
  readonly role: Role;
  /** The API key it was made with, and what that may do; null for one that was made without. */
  readonly apiKeyId: number | null;
  readonly keyScopes: readonly ApiKeyScope[] | null;
}

/** The owner of a webhook with no more rights than who asks has: a key shows nothing that it may not select itself. */
export function asAskedBy<Theirs extends Owner>(owner: Theirs, { apiKey }: Viewer): Theirs {
  if (apiKey === undefined) return owner;
  const scopes = owner.keyScopes ?? [...apiKey.scopes];
  return { ...owner, apiKeyId: apiKey.id, keyScopes: scopes.filter((scope) => apiKey.scopes.has(scope)) };
}

/** There is no session: what is read for a webhook ends no socket, and changes nothing. */
export function ownerAsViewer({ ownerId: id, role, apiKeyId, keyScopes, blockedIds, hasHidden }: Owner): Viewer {
  const viewer = { id, role, sessionId: null, tokenExpiresAt: new Date(8.64e15), blockedIds, hasHidden };
  if (apiKeyId === null) return viewer;
  const apiKey = { id: apiKeyId, scopes: new Set(keyScopes) };
  return { ...viewer, role: roleWith(apiKey, role), apiKey };
}
