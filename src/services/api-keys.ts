/** API keys: creates and revokes them. Only their owner can see that they exist. */
import { newApiKey } from "../auth/api-keys.js";
import type { SecretBox } from "../auth/secret-box.js";
import type { Viewer } from "../auth/viewer.js";
import { appendEvent } from "../events/event-log.js";
import type { ApiKeyScope } from "../generated/graphql.js";
import { confirmViewer } from "./confirm-viewer.js";
import { InputCheck } from "./input.js";
import { type ApiKeyOutcome, type ApiKeySecretOutcome, userError } from "./outcome.js";
import type { Transact, Tx } from "./transaction.js";

export interface ApiKeyDependencies {
  readonly transact: Transact;
  readonly now: () => Date;
  /** Seals a new key in the outcome that is kept for a retry: nowhere else is it more than a hash. */
  readonly box: SecretBox;
  /** Keys of one user that work. */
  readonly apiKeysPerUser: number;
}

export interface ApiKeyInput {
  readonly name: string;
  readonly scopes: readonly ApiKeyScope[];
  /** RFC 3339. */
  readonly expiresAt?: string | null | undefined;
}

/** What keys are sealed for. */
const purpose = "API key";

export function createApiKeyService({ transact, now, box, apiKeysPerUser }: ApiKeyDependencies) {
  return {
    async create(viewer: Viewer, input: ApiKeyInput): Promise<ApiKeySecretOutcome> {
      const check = new InputCheck();
      const name = check.line("name", input.name);
      const expiresAt = typeof input.expiresAt === "string" ? new Date(input.expiresAt) : null;
      if (input.scopes.length === 0)
        check.refuse("BLANK", "scopes", "scopes must contain at least one scope, got none");
      if (expiresAt !== null && expiresAt <= now()) {
        check.refuse("INVALID", "expiresAt", `expiresAt must be in the future, got ${input.expiresAt}`);
      }
      if (check.userErrors.length > 0) return { apiKeyId: null, sealedSecret: null, userErrors: check.userErrors };
      const scopes = [...new Set(input.scopes)];
      const make = async (tx: Tx): Promise<ApiKeySecretOutcome> => {
        // Those of one user queue there: two at once would both find room.
        await confirmViewer(tx, viewer, now());
        const count = await tx.apiKey.count({ where: { userId: viewer.id, ...working(now()) } });
        if (count >= apiKeysPerUser) {
          const message = `You have reached the limit of ${apiKeysPerUser} active API keys (API_KEYS_PER_USER).`;
          const error = userError("TOO_MANY", null, message);
          return { apiKeyId: null, sealedSecret: null, userErrors: [error] };
        }
        const { secret, prefix, keyHash } = newApiKey();
        const data = { userId: viewer.id, name, scopes, prefix, keyHash, createdAt: now(), expiresAt };
        const { id } = await tx.apiKey.create({ data, select: { id: true } });
        return { apiKeyId: Number(id), sealedSecret: box.seal(secret, purpose), userErrors: [] };
      };
      return transact(make, async (tx, stored) => {
        const where = { id: stored.apiKeyId ?? 0, ...working(now()) };
        return (await tx.apiKey.count({ where })) > 0 ? stored : { ...stored, sealedSecret: null };
      });
    },

    async revoke(viewer: Viewer, { apiKeyId }: { apiKeyId: number }): Promise<ApiKeyOutcome> {
      return transact(async (tx) => {
        const key = await tx.apiKey.findFirst({ where: { id: apiKeyId, userId: viewer.id }, select: { id: true } });
        if (key === null) {
          const error = userError("NOT_FOUND", "apiKeyId", "You have no API key with this id.");
          return { apiKeyId: null, userErrors: [error] };
        }
        const where = { id: apiKeyId, revokedAt: null };
        const { count } = await tx.apiKey.updateMany({ where, data: { revokedAt: now() } });
        if (count > 0) await appendEvent(tx, { type: "ApiKeyRevoked", userId: viewer.id, apiKeyId }, now());
        return { apiKeyId, userErrors: [] };
      });
    },

    /** The key of an outcome, for the one answer that shows it. */
    openSecret: (sealedSecret: string): string => box.open(sealedSecret, purpose),
  };
}

function working(now: Date) {
  return { revokedAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: now } }] };
}
