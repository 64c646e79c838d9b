/** Reads a request body up to a maximum size. */
import type { IncomingMessage } from "node:http";

/** A rejected body, with its HTTP status. */
export class BodyError extends Error {
  readonly status: 400 | 413 | 415;

  constructor(status: 400 | 413 | 415, message: string) {
    super(message);
    this.status = status;
  }
}

/** Reads JSON. Throws a BodyError: 415 for another type, 413 over `limitBytes`, 400 if it is not UTF-8 or not JSON. */
export async function readJson(request: IncomingMessage, limitBytes: number): Promise<unknown> {
  return parseJson(await readJsonBytes(request, limitBytes));
}

/** Reads the raw bytes of a JSON body, such as for a signature. Throws a BodyError: 415 or 413. */
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

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Throws a BodyError if the body is not UTF-8 or not JSON. */
export function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch {
    throw new BodyError(400, "The request body must be JSON in UTF-8.");
  }
}

/**
 * Reads by events, because an async iterator costs several times as much CPU. Does not destroy the request, so that the
 * client can read the error.
 */
function readBytes(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const refuse = (error: BodyError) => {
      request.off("data", take).off("end", finish).off("close", endedEarly).off("error", endedEarly);
      // Ignores later errors.
      request.on("error", () => undefined).pause();
      reject(error);
    };
    const tooLarge = () =>
      refuse(new BodyError(413, `The request body must be at most ${limitBytes} bytes (BODY_LIMIT_BYTES).`));
    const endedEarly = () => refuse(new BodyError(400, "The request body ended early."));
    const take = (chunk: Buffer) => {
      length += chunk.length;
      if (length > limitBytes) return tooLarge();
      chunks.push(chunk);
    };
    const finish = () => {
      request.off("close", endedEarly).off("error", endedEarly);
      resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks));
    };
    if (Number(request.headers["content-length"] ?? 0) > limitBytes) return tooLarge();
    request.on("data", take).once("end", finish).once("close", endedEarly).once("error", endedEarly);
  });
}
