/** Reads a request body, within a bound. */
import type { IncomingMessage } from "node:http";

/** A body that cannot be taken, with the HTTP status that says why. */
export class BodyError extends Error {
  readonly status: 400 | 413 | 415;

  constructor(status: 400 | 413 | 415, message: string) {
    super(message);
    this.status = status;
  }
}

/** Reads JSON. Throws a BodyError: 415 for another type, 413 over `limitBytes`, 400 for what is not UTF-8 or not JSON. */
export async function readJson(request: IncomingMessage, limitBytes: number): Promise<unknown> {
  return parseJson(await readJsonBytes(request, limitBytes));
}

/** Reads what says that it is JSON, for whoever must see the very bytes. Throws a BodyError: 415 or 413. */
export async function readJsonBytes(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  const type = request.headers["content-type"] ?? "";
  if (!/^application\/json *(;|$)/i.test(type)) {
    throw new BodyError(
      415,
      `The content-type header must be application/json, got ${JSON.stringify(type.slice(0, 100))}.`,
    );
  }
  const charset = /; *charset *= *"?([^";]*)/i.exec(type)?.[1] ?? "utf-8";
  if (!/^utf-8 *$/i.test(charset)) throw new BodyError(415, "The charset must be utf-8.");
  return readBytes(request, limitBytes);
}

/** Throws a BodyError for what is not UTF-8 or not JSON. */
export function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new BodyError(400, "The request body must be JSON in UTF-8.");
  }
}

async function readBytes(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  const tooLarge = new BodyError(413, `The request body must be at most ${limitBytes} bytes.`);
  if (Number(request.headers["content-length"] ?? 0) > limitBytes) throw tooLarge;
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    // Destroying the request would destroy the socket too, before the client has read why.
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > limitBytes) throw tooLarge;
      chunks.push(chunk);
    }
  } catch (error) {
    throw error === tooLarge ? tooLarge : new BodyError(400, "The request body ended early.");
  }
  return Buffer.concat(chunks);
}
