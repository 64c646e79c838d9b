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

/** A result as either client hands it on. */
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
  /** Called at most once, last: with an array of GraphQL errors, or with why the connection could not be had again. */
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
  // The clients' own types for results differ; both fit this one.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  next(result: any): void;
  error(error: unknown): void;
  complete(): void;
}

export interface ResumeOptions {
  /** The cursor in a result. Default: the `cursor` of the first field of its data, under whatever alias. */
  readonly cursorOf?: (result: SubscriptionResult) => string | undefined;
  /**
   * Called instead of `sink.error` when the missed events are no longer in the log (`CURSOR_EXPIRED`): reload the state
   * with its `eventCursor`, then subscribe after it. Default: `sink.error` is called.
   */
  readonly onExpired?: (error: unknown) => void;
  /**
   * How long to wait before a connection that broke is tried again, in milliseconds. Default 1_000 (1 s), and up to as
   * much more by chance.
   */
  readonly retryMs?: number;
  /** Attempts in a row before `sink.error` is called. Default 10; each result resets the count. */
  readonly retryAttempts?: number;
}

/** Subscribes. What it returns ends that, without a call of the sink. */
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
  // Both clients write the request as JSON whenever they subscribe, so this is read again then.
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
      // Before the query completes: some clients would close the connection in between.
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

  /** Runs an operation until it ends, or `onResult` says that it has. */
  function run(request: SubscribeRequest, onResult: (result: KnownResult, end: () => void) => void): void {
    let isEnded = false;
    const end = () => {
      isEnded = true;
    };
    unsubscribe = client.subscribe(request, {
      next(result: KnownResult) {
        if (isOver || isEnded) return;
        // An error without data ends a subscription that was going on: over SSE it comes as its last result.
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

/** The code of the first GraphQL error, if that is what it is. */
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
