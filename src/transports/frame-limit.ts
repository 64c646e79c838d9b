/** Maximum frame size of a live transport, and the maximum response that fits into it. */
import { lesser, type ResponseLimit, tooLarge } from "../execution/response-size.js";

/** Maximum protocol overhead around a response: type, operation id or event cursor. */
export const envelopeBytes = 512;
/** Maximum bytes of an operation id as JSON. */
export const maxIdBytes = 256;

/** A frame must fit into the backlog allowed for a slow client. */
export function frameLimit(backlogBytes: number, responseLimit: ResponseLimit): ResponseLimit {
  return lesser({ bytes: backlogBytes - envelopeBytes, setting: "BACKLOG_BYTES" }, responseLimit);
}

/** JSON of the error that replaces a result too large for a frame. */
export function resultTooLarge(backlogBytes: number): string {
  return JSON.stringify({ errors: [tooLarge({ bytes: backlogBytes, setting: "BACKLOG_BYTES" })] });
}
