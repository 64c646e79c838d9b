/** Encrypts secrets that must be readable again, such as webhook signing secrets: AES-256-GCM (NIST SP 800-38D). */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from "node:crypto";

export interface SecretBox {
  /** `purpose` is authenticated: a secret that was encrypted for one purpose cannot be decrypted for another. */
  seal(secret: string, purpose: string): string;
  /** Throws when it was sealed with another key, for another purpose, or changed. */
  open(sealed: string, purpose: string): string;
  /**
   * Keyed fingerprint of a text: HMAC-SHA-256 in base64url, under a separate key for each purpose (HKDF, RFC 5869).
   * Without the key of the box, a text that is easy to guess cannot be found by trying.
   */
  keyedHash(text: string, purpose: string): string;
}

export const secretsKeyBytes = 32;

const version = "v1";
/** 96 random bits: safe for 2^32 secrets under one key. */
const nonceBytes = 12;
const tagBytes = 16;

export function createSecretBox(key: Buffer): SecretBox {
  if (key.length !== secretsKeyBytes) throw new Error(`the key must have ${secretsKeyBytes} bytes, got ${key.length}`);
  return {
    seal(secret, purpose) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv("aes-256-gcm", key, nonce, { authTagLength: tagBytes }).setAAD(
        Buffer.from(purpose),
      );
      const sealed = Buffer.concat([nonce, cipher.update(secret, "utf8"), cipher.final(), cipher.getAuthTag()]);
      return `${version}.${sealed.toString("base64url")}`;
    },
    keyedHash(text, purpose) {
      const hashKey = Buffer.from(hkdfSync("sha256", key, "", `keyed hash: ${purpose}`, secretsKeyBytes));
      return createHmac("sha256", hashKey).update(text).digest("base64url");
    },
    open(sealed, purpose) {
      const [name, text = ""] = sealed.split(".");
      if (name !== version)
        throw new Error(`an encrypted secret must begin with ${version}, got ${name?.slice(0, 10)}`);
      const bytes = Buffer.from(text, "base64url");
      const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes });
      decipher.setAAD(Buffer.from(purpose)).setAuthTag(bytes.subarray(-tagBytes));
      try {
        return decipher.update(bytes.subarray(nonceBytes, -tagBytes), undefined, "utf8") + decipher.final("utf8");
      } catch {
        throw new Error(`a secret (${purpose}) cannot be decrypted: SECRETS_KEY is not the key it was encrypted with`);
      }
    },
  };
}
