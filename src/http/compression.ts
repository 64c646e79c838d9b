/**
 * Compresses responses with Brotli or gzip, off the main thread, if the client accepts it.
 *
 * The length of a compressed response reveals a secret next to text chosen by an attacker (BREACH). Responses with
 * secrets (tokens, from mutations) are `no-store` and are not compressed. Besides, a page of another origin can neither
 * send a user's token, which is not a cookie, nor see the length of responses.
 */
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import Negotiator from "negotiator";
import type { HttpResponse } from "./http-response.js";
import type { Exchange } from "./listener.js";

/** Smaller responses fit into one packet with their headers anyway. */
const minBytes = 1_400;
const compressible = /^(application\/[\w.+-]*json|text\/(?!event-stream)|application\/javascript|image\/svg)/;

type Encoding = "br" | "gzip";
const encoders: Readonly<Record<Encoding, (body: Buffer) => Promise<Buffer>>> = {
  // Quality 4 is about as fast as gzip and compresses better. The default, 11, is for static files.
  br: (body) => compressBrotli(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }),
  gzip: (body) => compressGzip(body),
};
const compressBrotli = promisify(brotliCompress);
const compressGzip = promisify(gzip);

/** Compressed files of the playground, which do not change. */
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

/** Whether the response depends on `Accept-Encoding`. */
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
