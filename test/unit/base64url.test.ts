import { expect, test } from "vitest";
import { asciiToBase64url, numberedBase64url } from "../../src/db/base64url.js";

test("every ASCII text is written as Node's Buffer writes it", () => {
  const everyCharacter = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code)).join("");
  const texts = ["", "a", "ab", "abc", "abcd", "User:1", "Comment:9007199254740991", everyCharacter];
  for (let start = 0; start < 128; start += 1) texts.push(everyCharacter.slice(start, start + (start % 7)));
  for (const text of texts) expect(asciiToBase64url(text)).toBe(Buffer.from(text).toString("base64url"));
});

test.each(["", "a", "ab", "abc", "User:", "Comment:"])(
  "numbers behind %j are written as Node's Buffer writes them",
  (prefix) => {
    const write = numberedBase64url(prefix);
    const numbers = Array.from({ length: 11_000 }, (_, index) => index + 1);
    for (let power = 10; power < Number.MAX_SAFE_INTEGER; power *= 10)
      numbers.push(power - 1, power, power + 1, power * 3 + 7);
    numbers.push(Number.MAX_SAFE_INTEGER);
    const wrong = numbers.filter(
      (n) => n <= Number.MAX_SAFE_INTEGER && write(n) !== Buffer.from(`${prefix}${n}`).toString("base64url"),
    );
    expect(wrong).toEqual([]);
  },
);
