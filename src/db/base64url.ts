/**
 * base64url (RFC 4648, section 5) of short ASCII texts, in JavaScript: an answer has an id for each row, and a Buffer for
 * each of them costs about three times as much. Pure.
 */
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** Two characters for each 12 bits. */
const pairs = Array.from({ length: 4096 }, (_, bits) => letter(bits >> 6) + letter(bits & 63));

/** `text` must be ASCII. Without padding, as Node's Buffer writes it. */
export function asciiToBase64url(text: string): string {
  let encoded = "";
  let at = 0;
  for (; at + 2 < text.length; at += 3) {
    const bits = (text.charCodeAt(at) << 16) | (text.charCodeAt(at + 1) << 8) | text.charCodeAt(at + 2);
    encoded += pair(bits >> 12) + pair(bits & 4095);
  }
  const left = text.length - at;
  if (left === 1) return encoded + pair(text.charCodeAt(at) << 4);
  if (left === 0) return encoded;
  const bits = ((text.charCodeAt(at) << 8) | text.charCodeAt(at + 1)) << 2;
  return encoded + pair(bits >> 6) + letter(bits & 63);
}

function pair(bits: number): string {
  return pairs[bits] ?? "";
}

function letter(bits: number): string {
  return alphabet.charAt(bits);
}
