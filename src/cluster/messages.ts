/** Messages between the primary and its workers. */

/** To the primary. */
export type WorkerMessage =
  | { readonly kind: "ready"; readonly url: string }
  /** It could not start; `text` is for the operator. */
  | { readonly kind: "failed"; readonly text: string };

/** To a worker: shut down gracefully. */
export const stopMessage = "stop";

/** Undefined for other messages, which other code in the process may send. */
export function readWorkerMessage(value: unknown): WorkerMessage | undefined {
  if (typeof value !== "object" || value === null || !("kind" in value)) return undefined;
  const { kind } = value;
  if (kind === "ready" && "url" in value && typeof value.url === "string") return { kind, url: value.url };
  if (kind === "failed" && "text" in value && typeof value.text === "string") return { kind, text: value.text };
  return undefined;
}
