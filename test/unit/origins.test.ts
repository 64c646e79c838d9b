/** Origins whose pages may open a socket. */
import { expect, test } from "vitest";
import { isOriginAllowed } from "../../src/http/origin.js";

const host = "parley.example.org:4000";

test.each([
  ["a client that is no browser", undefined, true],
  ["a page of the same host and port", "http://parley.example.org:4000", true],
  ["a page of an allowed origin", "https://app.example.org", true],
  ["a page on another port of the same host", "http://parley.example.org:5173", false],
  ["a page on the usual port of the same host", "http://parley.example.org", false],
  ["a page of a subdomain", "http://www.parley.example.org:4000", false],
  ["a page whose host begins alike", "http://parley.example.org.evil.example:4000", false],
  ["a page of an allowed host by another scheme", "http://app.example.org", false],
  ["a page on another port of an allowed host", "https://app.example.org:8443", false],
  ["a page without an origin of its own", "null", false],
  ["what is no origin", "parley.example.org:4000", false],
])("%s", (_, origin, isAllowed) => {
  expect(isOriginAllowed(origin, host, ["https://app.example.org"])).toBe(isAllowed);
});
