/** One delivery attempt: one POST with a timeout, without redirects, only to checked addresses. */
import { type ClientRequest, Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { reasonOf } from "../errors.js";
import { checkedLookup, type Resolve } from "./resolve.js";
import { type UrlRules, urlProblem } from "./url.js";

export interface AttemptOptions extends UrlRules {
  readonly resolve: Resolve;
  /** Maximum duration of an attempt, from name resolution to the end of the response. */
  readonly answerTimeoutMs: number;
  /** Monotonic milliseconds. */
  readonly elapsedMs: () => number;
}

export interface WebhookRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Result of an attempt. */
export interface Attempt {
  /** Null without a response. */
  readonly status: number | null;
  /** Reason for the missing response. */
  readonly error: string | null;
  readonly isTimeout: boolean;
  readonly durationMs: number;
  readonly responseExcerpt: string;
  /** The `retry-after` header. */
  readonly retryAfter: string | undefined;
}

export interface WebhookSender {
  /** Rejects only if `signal` is aborted. */
  post(request: WebhookRequest, signal: AbortSignal): Promise<Attempt>;
  /** Closes idle connections. */
  close(): void;
}

type EndpointResponse = Pick<Attempt, "status" | "responseExcerpt" | "retryAfter">;

const maxResponseBytes = 65_536;
const excerptCharacters = 1_000;
/** Lifetime of an idle connection, which the next delivery reuses. */
const idleMs = 30_000;

class AnswerTimeout extends Error {}

export function createWebhookSender(options: AttemptOptions): WebhookSender {
  const { answerTimeoutMs, elapsedMs } = options;
  const agentOptions = { keepAlive: true, timeout: idleMs };
  const agents = { "http:": new HttpAgent(agentOptions), "https:": new HttpsAgent(agentOptions) };
  const lookup = checkedLookup(options.resolve, options.checkAddress);

  function begin({ url, headers, body }: WebhookRequest): ClientRequest {
    const target = new URL(url);
    const all = { ...headers, "content-length": Buffer.byteLength(body) };
    if (target.protocol === "https:")
      return httpsRequest(target, { method: "POST", headers: all, agent: agents["https:"], lookup });
    return httpRequest(target, { method: "POST", headers: all, agent: agents["http:"], lookup });
  }

  async function send(request: WebhookRequest, signal: AbortSignal): Promise<EndpointResponse> {
    try {
      return await answerTo(begin(request), request.body, signal);
    } catch (error) {
      // The receiver closed the idle connection while it was reused, so the request is sent on a new one.
      if (!(error instanceof StaleConnection)) throw error;
      return answerTo(begin(request), request.body, signal);
    }
  }

  return {
    async post(request, signal) {
      const began = elapsedMs();
      const late = new AbortController();
      const timer = setTimeout(() => late.abort(new AnswerTimeout()), answerTimeoutMs);
      const took = () => Math.round(elapsedMs() - began);
      try {
        const refusal = urlProblem(request.url, options);
        if (refusal !== undefined) throw new Error(`the address is refused: ${refusal}`);
        const answer = await send(request, AbortSignal.any([signal, late.signal]));
        return { ...answer, error: null, isTimeout: false, durationMs: took() };
      } catch (error) {
        signal.throwIfAborted();
        const isTimeout = error instanceof AnswerTimeout;
        const reason = isTimeout ? `no answer within ${answerTimeoutMs / 1_000} s` : publicReasonOf(error);
        const nothing = { status: null, responseExcerpt: "", retryAfter: undefined };
        return { ...nothing, error: reason.replaceAll("\0", ""), isTimeout, durationMs: took() };
      } finally {
        clearTimeout(timer);
      }
    },
    close() {
      agents["http:"].destroy();
      agents["https:"].destroy();
    },
  };
}

/** The error shown to the owner: without the resolved address, which may be internal. */
function publicReasonOf(error: unknown): string {
  const isSocket = error instanceof Error && "syscall" in error && error.syscall === "connect" && "code" in error;
  return isSocket ? `connect ${String(error.code)}` : reasonOf(error);
}

class StaleConnection extends Error {}

function answerTo(request: ClientRequest, body: string, signal: AbortSignal): Promise<EndpointResponse> {
  return new Promise((resolve, reject) => {
    const abort = () => request.destroy(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    const end = () => signal.removeEventListener("abort", abort);
    let hasAnswered = false;
    request.on("error", (error: NodeJS.ErrnoException) => {
      // Aborted during the response body: the status counts.
      if (hasAnswered) return;
      end();
      const isStale = request.reusedSocket && (error.code === "ECONNRESET" || error.code === "EPIPE");
      reject(isStale && !signal.aborted ? new StaleConnection() : error);
    });
    request.on("response", (response) => {
      hasAnswered = true;
      readStart(response).then((responseExcerpt) => {
        end();
        const { statusCode = 0, headers } = response;
        resolve({ status: statusCode, responseExcerpt, retryAfter: headers["retry-after"] });
      }, reject);
    });
    if (signal.aborted) abort();
    else request.end(body);
  });
}

/** Reads the response up to a limit, then closes the connection. If it breaks off, its status still counts. */
async function readStart(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      length += chunk.length;
      if (length >= maxResponseBytes) break;
    }
  } catch {
    // The status is known; the body is only for display.
  }
  const text = new TextDecoder().decode(Buffer.concat(chunks).subarray(0, 4 * excerptCharacters));
  // PostgreSQL's text type does not allow NUL.
  return [...text.replaceAll("\0", "\ufffd")].slice(0, excerptCharacters).join("");
}
