/** Errors of the REST endpoints: problem details (RFC 9457). GraphQL errors have their own format. */
import { STATUS_CODES } from "node:http";
import type { HttpResponse } from "./http-response.js";

export function problem(status: number, detail: string, headers: Record<string, string> = {}): HttpResponse {
  const details = { type: "about:blank", title: STATUS_CODES[status] ?? "Error", status, detail };
  return { status, headers: { ...headers, "content-type": "application/problem+json" }, body: "", problem: details };
}
