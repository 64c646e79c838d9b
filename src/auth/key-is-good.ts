/** SQL condition that an API key is still valid, for readers of webhooks. */

/** Whether the API key that the webhook under `alias` was made with, if it was with one, is still good: SQL. */
export function keyIsGood(alias: string, now: string): string {
  return `(${alias}.api_key_id IS NULL OR EXISTS (SELECT FROM api_keys AS k WHERE k.id = ${alias}.api_key_id
    AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > ${now}::timestamptz)))`;
}
