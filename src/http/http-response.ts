/** The response of a route, before it is written to a socket. */
import type { ServerResponse } from "node:http";

export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /**
   * The complete body; or, for a streamed response, a function that is called after the head is written and ends the
   * response.
   */
  readonly body: string | Buffer | ((response: ServerResponse) => void);
  /** Problem details instead of a body; the listener adds the request id. */
  readonly problem?: object;
}

export function json(status: number, value: unknown, headers: Record<string, string> = {}): HttpResponse {
  return {
    status,
    headers: { "content-type": "application/json; charset=utf-8", ...headers },
    body: JSON.stringify(value),
  };
}
