/** `POST /webhooks/:source`: stores an inbound webhook as an event in the log. */
import type { WebhookSource } from "../config/formats.js";
import { parseJson, readJsonBytes } from "../http/body.js";
import { type HttpResponse, json } from "../http/http-response.js";
import type { Exchange } from "../http/listener.js";
import { problem } from "../http/problem.js";
import type { InboundWebhooks } from "../services/inbound-webhooks.js";
import { HookRefusal, type VerifiedHook, verifyHook } from "./inbound-signature.js";
import type { RestRoute } from "./rest-route.js";

export interface InboundWebhookOptions {
  readonly sources: readonly WebhookSource[];
  readonly hooks: InboundWebhooks;
  readonly now: () => Date;
  readonly bodyLimitBytes: number;
}

const path = "/webhooks/";

export function inboundWebhookRoute(options: InboundWebhookOptions): RestRoute {
  const accepted = { type: "object", required: ["status"], properties: { status: { enum: ["accepted", "seen"] } } };
  const header = (name: string, description: string) => ({
    name,
    in: "header",
    description,
    schema: { type: "string" },
  });
  return {
    method: "POST",
    path,
    handle: (exchange) => receive(options, exchange),
    doc: {
      summary: "Receives a webhook from a source named in WEBHOOK_SOURCES",
      path: `${path}{source}`,
      parameters: [
        {
          name: "source",
          in: "path",
          required: true,
          description: "The sender, as named in WEBHOOK_SOURCES.",
          schema: { type: "string" },
        },
        header("webhook-id", "The message id (Standard Webhooks 1.0)."),
        header("webhook-timestamp", "When it was sent, in seconds since 1970."),
        header("webhook-signature", "`v1,` and the HMAC-SHA256 in base64; several are separated by spaces."),
        header("x-hub-signature-256", "GitHub's: `sha256=` and HMAC-SHA256 in hex."),
        header("x-github-delivery", "GitHub's identifier."),
      ],
      requestBody: { required: true, content: { "application/json": { schema: {} } } },
      responses: {
        200: { description: "Already received; it has no effect.", type: "application/json", schema: accepted },
        202: { description: "Stored as an event in the log.", type: "application/json", schema: accepted },
        400: { description: "The timestamp is too far from the current time, or the body is not JSON." },
        401: { description: "The signature is missing or does not match." },
        404: { description: "Unknown source." },
        413: { description: "The body is too large." },
        415: { description: "The body is not application/json." },
      },
    },
  };
}

/** Throws a BodyError, which the listener answers. */
async function receive(
  { sources, hooks, now, bodyLimitBytes }: InboundWebhookOptions,
  exchange: Exchange,
): Promise<HttpResponse> {
  const source = sources.find(({ name }) => `${path}${name}` === exchange.path);
  if (source === undefined) return problem(404, "Unknown source.");
  const body = await readJsonBytes(exchange.request, bodyLimitBytes);
  let hook: VerifiedHook;
  try {
    hook = verifyHook(source, exchange.request.headers, body, now());
  } catch (error) {
    if (error instanceof HookRefusal) return problem(error.status, error.message);
    throw error;
  }
  // After the signature check: unsigned bodies are not parsed.
  parseJson(body);
  const isNew = await hooks.receive({ ...hook, source: source.name, body: body.toString() });
  return isNew ? json(202, { status: "accepted" }) : json(200, { status: "seen" });
}
