/** Sends operations to the server of this page: HTTP for queries and mutations, WebSocket for subscriptions. */
import { createGraphiQLFetcher, type Fetcher, type FetcherOpts, type FetcherParams } from "@graphiql/toolkit";
import { type DocumentNode, getOperationAST, parse } from "graphql";
import { type Client, createClient } from "graphql-ws/client";

/** @param endpoint - The http(s) URL of GraphQL; sockets go to the same place over ws(s). */
export function createFetcher(endpoint: URL): Fetcher {
  const connect = (authorization: string | undefined) =>
    createGraphiQLFetcher({
      url: endpoint.href,
      wsClient: createSocketClient(endpoint, authorization),
      enableIncrementalDelivery: false, // The server has neither @defer nor @stream.
    });

  let current = { authorization: undefined as string | undefined, fetcher: connect(undefined) };
  return (params, options) => {
    const authorization = findAuthorization(options?.headers ?? {});
    if (authorization !== current.authorization) current = { authorization, fetcher: connect(authorization) };
    return current.fetcher(...ofThisTab(params, options));
  };
}

/**
 * GraphiQL looks at the text of a tab a moment after the tab was opened. Executed before that, it passes the text with
 * the operation name and the document of the tab before: they are taken from the text.
 */
function ofThisTab(params: FetcherParams, options: FetcherOpts = {}): Parameters<Fetcher> {
  const documentAST = parseIfPossible(params.query);
  if (documentAST === undefined) return [params, options];
  const operation = getOperationAST(documentAST, params.operationName) ?? getOperationAST(documentAST);
  const { operationName: _stale, ...rest } = params;
  const name = operation?.name?.value;
  return [
    { ...rest, ...(name && { operationName: name }) },
    { ...options, documentAST },
  ];
}

/** An operation that does not parse is sent unchanged, so that the server reports the error. */
function parseIfPossible(query: string): DocumentNode | undefined {
  try {
    return parse(query);
  } catch {
    return undefined;
  }
}

/** A browser cannot set headers on a socket, so the token of the headers pane travels in `connection_init`. */
function createSocketClient(endpoint: URL, authorization: string | undefined): Client {
  const url = new URL(endpoint);
  url.protocol = endpoint.protocol === "https:" ? "wss:" : "ws:";
  const client = createClient({
    url: url.href,
    lazy: true,
    // A reconnect would continue from "now" and hide the gap; here the user should see that the socket closed.
    retryAttempts: 0,
    connectionParams: authorization === undefined ? {} : { authorization },
  });
  const subscribe: Client["subscribe"] = (payload, sink) =>
    client.subscribe(payload, { ...sink, error: (reason) => sink.error(explain(reason, url)) });
  return { ...client, subscribe };
}

/** A refused handshake arrives as a bare Event, which would be shown as `{"isTrusted": true}`. */
function explain(reason: unknown, url: URL): unknown {
  const isBare = reason instanceof Event && !(reason instanceof CloseEvent);
  return isBare ? new Error(`No WebSocket could be opened at ${url.href}`) : reason;
}

/** Header names have no case (RFC 9110, 5.1). */
function findAuthorization(headers: Record<string, unknown>): string | undefined {
  const value = Object.entries(headers).find(([name]) => name.toLowerCase() === "authorization")?.[1];
  return typeof value === "string" ? value : undefined;
}
