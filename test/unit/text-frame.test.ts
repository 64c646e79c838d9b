/** Own WebSocket frames equal those of `ws`. */

import { expect, test } from "vitest";
import * as ws from "ws";
import { bytesOf, textFrame } from "../../src/transports/text-frame.js";

type Frame = (data: string, options: { readonly fin: true; readonly opcode: number }) => (Buffer | string)[];

/** `ws` exports it for servers like ours; its types leave it out. */
function frameOfWs(): Frame {
  const sender: unknown = Reflect.get(ws, "Sender");
  const frame: unknown = typeof sender === "function" ? Reflect.get(sender, "frame") : undefined;
  if (typeof frame !== "function") throw new Error(`ws.Sender.frame must be a function, got ${typeof frame}`);
  return (data, options) => Reflect.apply(frame, sender, [data, options]);
}

const textOpcode = 1;

/** The bytes of a whole, unmasked text message, as `ws` sends it. */
function expected(text: string): Buffer {
  return Buffer.concat(frameOfWs()(text, { fin: true, opcode: textOpcode }).map((part) => Buffer.from(part)));
}

/** The bytes a socket is given: it writes one for each character. */
function written(text: string): Buffer {
  return Buffer.from(textFrame(bytesOf(text)), "latin1");
}

const every7Bits = String.fromCharCode(...Array.from({ length: 128 }, (_, code) => code));
const every8Bits = String.fromCharCode(...Array.from({ length: 256 }, (_, code) => code));

const texts: [name: string, text: string, length: number][] = [
  ["nothing", "", 0],
  ["one character", "x", 1],
  ["every ASCII character", every7Bits, 128],
  ["every Latin-1 character, which bytes could be taken for", every8Bits, 384],
  ["characters of two, three and four bytes", "é€𝄞", 9],
  ["a lone high surrogate", "a\ud834b", 5],
  ["a lone low surrogate", "a\udd1eb", 5],
  ["surrogates in the wrong order", "\udd1e\ud834", 6],
  ["125 bytes, the last of the short ones", "x".repeat(125), 125],
  ["126 bytes", "x".repeat(126), 126],
  ["125 characters of more bytes", "é".repeat(125), 250],
  ["126 bytes in 63 characters", "é".repeat(63), 126],
  ["65,535 bytes, the last of the middling ones", "x".repeat(65_535), 65_535],
  ["65,536 bytes", "x".repeat(65_536), 65_536],
  ["65,536 bytes in 32,768 characters", "é".repeat(32_768), 65_536],
  ["1 MB", "0123456789abcdef".repeat(65_536), 1_048_576],
  ["1 MB of characters of three bytes", "€".repeat(349_525), 1_048_575],
];

test.each(texts)("a frame of %s is that of ws, byte for byte", (_, text, length) => {
  expect(Buffer.byteLength(text)).toBe(length);
  // Not toEqual, which takes seconds to say how two buffers of 1 MB differ.
  const [ours, theirs] = [written(text), expected(text)];
  expect(ours.subarray(0, 10).toString("hex")).toBe(theirs.subarray(0, 10).toString("hex"));
  expect(ours.length).toBe(theirs.length);
  expect(ours.equals(theirs)).toBe(true);
});

test("a frame put together of parts, each as its bytes, is that of the whole text", () => {
  const parts = ['{"id":"é","payload":', '{"data":"€𝄞"}', "}"];
  const ours = Buffer.from(textFrame(parts.map(bytesOf).join("")), "latin1");
  expect(ours.equals(expected(parts.join("")))).toBe(true);
});
