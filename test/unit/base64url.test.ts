import { expect, test } from "vitest";
import { asciiToBase64url } from "../../src/db/base64url.js";

test("every ASCII text is written as Node's Buffer writes it", () => {
  const everyCharacter = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code)).join("");
  const texts = ["", "a", "ab", "abc", "abcd", "User:1", "Comment:9007199254740991", everyCharacter];
  for (let start = 0; start < 128; start += 1) texts.push(everyCharacter.slice(start, start + (start % 7)));
  for (const text of texts) expect(asciiToBase64url(text)).toBe(Buffer.from(text).toString("base64url"));
});
