/**
 * Compresses responses with Brotli or gzip, off the main thread, if the client accepts it.
 *
 * Compressing a secret next to text chosen by an attacker reveals it by the length (BREACH). Responses with secrets,
 * the tokens of mutations, are `no-store` and are not compressed. Besides, a page of another origin can neither send
 * requests with a user's token, which is no cookie, nor see the length of responses.
 */
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import Negotiator from "negotiator";
import type { HttpResponse } from "./http-response.js";
import type { Exchange } from "./listener.js";

/** Smaller answers fit in one packet with their head: they only become slower. */
const minBytes = 1_400;
const compressible = /^(application\/[\w.+-]*json|text\/(?!event-stream)|application\/javascript|image\/svg)/;

type Encoding = "br" | "gzip";
const encoders: Readonly<Record<Encoding, (body: Buffer) => Promise<Buffer>>> = {
  // Quality 4 is about as fast as gzip, and smaller; the default, 11, is for files that are compressed once.
  br: (body) => compressBrotli(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }),
  gzip: (body) => compressGzip(body),
};
const compressBrotli = promisify(brotliCompress);
const compressGzip = promisify(gzip);

/** Files of the playground are the same at every request. */
const files: Readonly<Record<Encoding, WeakMap<Buffer, Promise<Buffer>>>> = { br: new WeakMap(), gzip: new WeakMap() };

export async function compress({ request }: Exchange, answer: HttpResponse): Promise<HttpResponse> {
  const { body, headers } = answer;
  if (typeof body === "function" || body.length < minBytes || !mayCompress(answer)) return answer;
  const encoding = encodingFor(request.headers["accept-encoding"]);
  if (encoding === undefined) return answer;
  const compressed =
    typeof body === "string" ? await encoders[encoding](Buffer.from(body)) : await ofFile(encoding, body);
  return { ...answer, headers: { ...headers, "content-encoding": encoding }, body: compressed };
}

/** Whether the answer depends on `Accept-Encoding`. */
export function mayCompress({ headers }: HttpResponse): boolean {
  return compressible.test(headers["content-type"] ?? "") && headers["cache-control"] !== "no-store";
}

function ofFile(encoding: Encoding, body: Buffer): Promise<Buffer> {
  const known = files[encoding].get(body) ?? encoders[encoding](body);
  files[encoding].set(body, known);
  return known;
}

function encodingFor(accepted: string | string[] | undefined): Encoding | undefined {
  if (typeof accepted !== "string") return undefined;
  const [best] = new Negotiator({ headers: { "accept-encoding": accepted } }).encodings(["br", "gzip", "identity"]);
  return best === "br" || best === "gzip" ? best : undefined;
}
