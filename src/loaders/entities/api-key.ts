/** API keys. For their owner alone. */
import type { ApiKeyScope } from "../../generated/graphql.js";
import { byId, defineEntity } from "../entity.js";
import { byCreation } from "../list.js";

export interface ApiKeyRow {
  readonly id: number;
  readonly ownerId: number;
  readonly name: string;
  readonly scopes: ApiKeyScope[];
  readonly prefix: string;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly lastUsedAt: string | null;
  readonly revokedAt: string | null;
}

const apiKey = defineEntity<ApiKeyRow>({
  type: "ApiKey",
  table: "api_keys",
  alias: "k",
  visibility: "private",
  columns: {
    ownerId: "user_id",
    name: "name",
    scopes: "scopes",
    prefix: "prefix",
    createdAt: "created_at",
    expiresAt: "expires_at",
    lastUsedAt: "last_used_at",
    revokedAt: "revoked_at",
  },
});

export const apiKeys = byId(apiKey);

export const apiKeysOfUser = byCreation(apiKey, { name: "user.apiKeys", parent: "user_id" });
