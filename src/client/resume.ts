/**
 * Resumes subscriptions after a lost connection: for clients of graphql-ws and graphql-sse, in browsers and in Node. It
 * has no dependencies; copy it, or import it.
 *
 * Both clients subscribe again after a lost connection, but repeat the variables they were first given, so events in
 * between are missed. This module sets `after` to the cursor of the last event received on each attempt: the server
 * sends the later events, in order, then new ones. No event is sent twice, so nothing has to be filtered out.
 *
 * Without `after` in the variables it first requests the end of the log (`eventCursor`), so that a connection lost
 * before the first event misses nothing either. A client that shows state passes the `eventCursor` that it read
 * together with that state.
 */

/** A result as both clients return it. */
export interface SubscriptionResult {
  readonly data?: unknown;
  readonly errors?: readonly unknown[] | undefined;
}

interface KnownResult extends SubscriptionResult {
  readonly data?: { readonly eventCursor?: unknown } | null | undefined;
}

export interface SubscriptionRequest {
  /** Has a variable `$after: String` and selects `cursor`. */
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
  readonly operationName?: string | null | undefined;
}

export interface SubscriptionSink {
  /** Called with each event once, in the order of the log. */
  next(result: SubscriptionResult): void;
  /** Called at most once, last: with an array of GraphQL errors, or with the connection error after the last retry. */
  error(error: unknown): void;
  complete(): void;
}

/** The common interface of the clients of graphql-ws and graphql-sse. */
export interface SubscriptionClient {
  subscribe(request: SubscribeRequest, sink: ClientSink): () => void;
}

interface SubscribeRequest {
  query: string;
  variables: Record<string, unknown>;
  operationName?: string;
}

interface ClientSink {
  // The result types of the clients differ.
  // biome-ignore lint/suspicious/noExplicitAny: accepts both
  next(result: any): void;
  error(error: unknown): void;
  complete(): void;
}

export interface ResumeOptions {
  /** Cursor of a result. Default: `cursor` of the first field of its data, under any alias. */
  readonly cursorOf?: (result: SubscriptionResult) => string | undefined;
  /**
   * Called instead of `sink.error` when the missed events are no longer in the log (`CURSOR_EXPIRED`): reload the state
   * with its `eventCursor`, then subscribe after it. Default: `sink.error` is called.
   */
  readonly onExpired?: (error: unknown) => void;
  /**
   * Wait before a reconnection, in milliseconds, plus a random time of up to the same length. Default 1_000 (1 s).
   */
  readonly retryMs?: number;
  /** Attempts in a row before `sink.error` is called. Default 10; each result resets the count. */
  readonly retryAttempts?: number;
}

/** Subscribes. Returns the function that unsubscribes without calling the sink. */
export function resumable(
  client: SubscriptionClient,
  request: SubscriptionRequest,
  options: ResumeOptions,
  sink: SubscriptionSink,
): () => void {
  const { cursorOf = cursorOfFirstField, onExpired, retryMs = 1_000, retryAttempts = 10 } = options;
  let after = request.variables?.after;
  let attempts = 0;
  let isOver = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let unsubscribe: (() => void) | undefined;

  const variables = { ...request.variables };
  // Both clients serialize the request on every attempt and so read the current cursor.
  Object.defineProperty(variables, "after", { enumerable: true, get: () => after });

  function finish(tell: () => void): void {
    if (isOver) return;
    isOver = true;
    clearTimeout(timer);
    tell();
  }

  function fail(error: unknown): void {
    if (isOver) return;
    if (codeOf(error) === "CURSOR_EXPIRED" && onExpired !== undefined) finish(() => onExpired(error));
    else if (isTransient(error) && attempts < retryAttempts) retry();
    else finish(() => sink.error(error));
  }

  function retry(): void {
    attempts += 1;
    timer = setTimeout(start, retryMs * (1 + Math.random()));
  }

  function start(): void {
    if (typeof after === "string") follow();
    else askWhereToBegin();
  }

  function askWhereToBegin(): void {
    run({ query: "{ eventCursor }", variables: {} }, (result, end) => {
      // Subscribes before the query completes, since a client may close an idle connection.
      end();
      after = result.data?.eventCursor;
      if (typeof after === "string") follow();
      else finish(() => sink.error(new Error("the server did not send its eventCursor")));
    });
  }

  function follow(): void {
    const { query, operationName } = request;
    run({ query, variables, ...(operationName && { operationName }) }, (result) => {
      attempts = 0;
      after = cursorOf(result) ?? after;
      sink.next(result);
    });
  }

  /** Runs an operation until it ends or `onResult` calls `end`. */
  function run(request: SubscribeRequest, onResult: (result: KnownResult, end: () => void) => void): void {
    let isEnded = false;
    const end = () => {
      isEnded = true;
    };
    unsubscribe = client.subscribe(request, {
      next(result: KnownResult) {
        if (isOver || isEnded) return;
        // Errors without data end a subscription: over SSE they are its last result.
        if (result.errors === undefined || result.data) return onResult(result, end);
        end();
        fail(result.errors);
      },
      error(error) {
        if (isEnded) return;
        end();
        fail(error);
      },
      complete() {
        if (!isEnded) finish(() => sink.complete());
      },
    });
  }

  start();
  return () => finish(() => unsubscribe?.());
}

function cursorOfFirstField({ data }: SubscriptionResult): string | undefined {
  const [event] = Object.values(data ?? {});
  return typeof event?.cursor === "string" ? event.cursor : undefined;
}

/** Code of the first GraphQL error. */
function codeOf(error: unknown): unknown {
  return Array.isArray(error) ? error[0]?.extensions?.code : undefined;
}

/**
 * Temporary errors: internal errors of the server, and connection errors, which the clients report when they stop
 * retrying or, graphql-sse, when a stream breaks at an unlucky moment. Any other GraphQL error would occur again.
 */
function isTransient(error: unknown): boolean {
  return Array.isArray(error) ? codeOf(error) === "INTERNAL_SERVER_ERROR" : true;
}
