/** Idempotency keys: the scope of a request with an `Idempotency-Key`, from the caller, the key and the operation. */
import { createHash, createHmac } from "node:crypto";
import type { Viewer } from "../auth/viewer.js";
import { ParleyError } from "../errors.js";
import type { IdempotencyScope } from "../services/transaction.js";

/**
 * The key itself is not kept: with it, a fingerprint of a sign-up could be searched for the password in it. Throws
 * BAD_REQUEST for a malformed key.
 */
export function idempotencyScope(key: string, viewer: Viewer | null, operation: unknown): IdempotencyScope {
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) {
    throw new ParleyError("BAD_REQUEST", "The Idempotency-Key header must be 1–255 visible ASCII characters.");
  }
  const userId = viewer?.id ?? null;
  // An API key has its own, because it may not be allowed what a session of its user has done.
  const caller = viewer?.apiKey === undefined ? [userId] : [userId, viewer.apiKey.id];
  return {
    keyHash: createHash("sha256")
      .update(JSON.stringify([...caller, key]))
      .digest("base64url"),
    fingerprint: createHmac("sha256", key).update(operationText(operation)).digest("base64url"),
    userId,
    field: "",
  };
}

function operationText(operation: unknown): string {
  if (typeof operation !== "object" || operation === null) return "";
  const { query, operationName, variables, extensions } = operation as Record<string, unknown>;
  try {
    return JSON.stringify([query, operationName, variables, extensions]);
  } catch {
    // Only nesting that exhausts the stack: what came as JSON has no cycles.
    throw new ParleyError("BAD_REQUEST", "The variables are nested too deeply for a request with an Idempotency-Key.");
  }
}
