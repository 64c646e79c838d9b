/**
 * WebSocket text frames of a server: unfragmented and unmasked (RFC 6455, 5.2). They are strings with one character per
 * byte, which Node writes as "latin1" faster than buffers: nothing is allocated per subscriber.
 */
import type { Payload } from "../subscriptions/group.js";

/** The UTF-8 bytes of a text, one character per byte; ASCII is unchanged. */
export function bytesOf(text: string): string {
  return Buffer.byteLength(text) === text.length ? text : Buffer.from(text).toString("latin1");
}

/** The JSON of a payload as UTF-8 bytes, one character per byte; encoded once for all subscribers. */
export function encoded(payload: Payload): string {
  payload.encoded ??= bytesOf(payload.json);
  return payload.encoded;
}

/** The frame of a message that is given as bytes. */
export function textFrame(message: string): string {
  return header(message.length) + message;
}

const finalText = 0x81;

function header(length: number): string {
  if (length < 126) return String.fromCharCode(finalText, length);
  if (length < 65_536) return String.fromCharCode(finalText, 126, length >> 8, length & 0xff);
  const size = Buffer.alloc(8);
  size.writeBigUInt64BE(BigInt(length));
  return String.fromCharCode(finalText, 127, ...size);
}
