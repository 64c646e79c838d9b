/** Helpers of the API key tests. */
import { expect } from "vitest";
import { graphql, type Sent } from "../harness/client.js";

export interface MadeKey {
  /** Global id. */
  readonly id: string;
  /** `parley_…` */
  readonly secret: string;
}

export interface KeyInput {
  readonly name?: string;
  readonly scopes: readonly string[];
  readonly expiresAt?: string;
}

/** The payload of `createApiKey`. */
export async function createKey(url: string, token: string, input: KeyInput, sent: Sent = {}) {
  const query = `mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) {
    apiKey { id name scopes prefix createdAt expiresAt lastUsedAt revokedAt } secret userErrors { code field } } }`;
  const { body } = await graphql(url, query, { input: { name: "ci", ...input } }, { token, ...sent });
  expect(body.errors).toBeUndefined();
  return body.data.createApiKey;
}

/** Throws when it is refused. */
export async function makeKey(url: string, token: string, input: KeyInput): Promise<MadeKey> {
  const { apiKey, secret, userErrors } = await createKey(url, token, input);
  expect(userErrors).toEqual([]);
  return { id: apiKey.id, secret };
}

/** Codes of what was refused. */
export async function revokeKey(url: string, token: string, apiKeyId: string): Promise<string[]> {
  const query = `mutation ($input: RevokeApiKeyInput!) { revokeApiKey(input: $input) {
    apiKey { revokedAt } userErrors { code } } }`;
  const { body } = await graphql(url, query, { input: { apiKeyId } }, { token });
  expect(body.errors).toBeUndefined();
  const { apiKey, userErrors } = body.data.revokeApiKey;
  expect(apiKey?.revokedAt === undefined).toBe(userErrors.length > 0);
  return userErrors.map(({ code }: { code: string }) => code);
}
