/** Listeners that count events and resume after every failure. */
import { setTimeout as sleep } from "node:timers/promises";
import { createClient } from "graphql-ws";
import { WebSocket } from "ws";
import { Inbox } from "../subscriptions/inbox.js";
import { firstReady, type Instance } from "./instance.js";
import { readEventStream } from "./read-event-stream.js";

/** An event as a listener heard it. */
export interface Heard {
  readonly id: string;
  readonly cursor: string;
  /** Global id of the post or the comment that was made. */
  readonly nodeId: string | undefined;
  /** Its title or text. */
  readonly text: string | undefined;
}

export interface FaultListener {
  readonly name: string;
  readonly heard: Inbox<Heard>;
  /** Of the events that exist, those it must hear. */
  readonly follows: "everything" | "comments of the post";
  /** Which instance it listens to now, or did last. */
  place(): Instance | undefined;
  /** How often it connected again. */
  reconnects(): number;
  /** Codes its socket was closed with, or none for a transport that has none. */
  readonly closeCodes: number[];
  /** Breaks its connection, as a network does, and comes back. */
  cut(): void;
  close(): Promise<void>;
}

export interface StreamListener extends FaultListener {
  /** Resolves when it listens for the first time. */
  readonly connected: Promise<void>;
}

export interface ListenerOptions {
  readonly name: string;
  /** In the order in which it tries them. */
  readonly instances: readonly Instance[];
  /** Where it begins. Default now. */
  readonly after?: string;
  /** Access tokens of as many sessions: each connection has the next. Default none: a visitor. */
  readonly tokens?: readonly string[];
  /** Only comments of this post. */
  readonly postId?: string;
}

const retryMs = 20;
/** Nobody listens there. */
const nowhere = "ws://127.0.0.1:1/";

const everything = `subscription ($after: String) { events(types: [POST_CREATED, COMMENT_ADDED], after: $after) {
  id cursor ... on PostCreated { post { id title } } ... on CommentAdded { comment { id text } } } }`;
const comments = `subscription ($after: String, $postId: ID) { commentAdded(postId: $postId, after: $after) {
  id cursor comment { id text } } }`;

/** Over WebSocket, with the client of graphql-ws as it is: what that gives up after, fails the test. */
export function listenOnSocket({ name, instances, after, tokens, postId }: ListenerOptions): FaultListener {
  const heard = new Inbox<Heard>();
  const closeCodes: number[] = [];
  let place: Instance | undefined;
  let connects = 0;
  let attempts = 0;
  const closing = new AbortController();
  const client = createClient({
    webSocketImpl: WebSocket,
    url: async () => {
      // The client would wait for ever if this threw.
      if (closing.signal.aborted) return nowhere;
      place = await firstReady(instances);
      return `${String(place.url).replace("http", "ws")}/graphql`;
    },
    // A session that this instance does not remember, so that it looks into the database.
    ...(tokens !== undefined && {
      connectionParams: () => ({ authorization: `Bearer ${tokens[attempts++ % tokens.length]}` }),
    }),
    retryAttempts: Number.POSITIVE_INFINITY,
    retryWait: () => sleep(retryMs),
    on: {
      connected: () => {
        connects += 1;
      },
      closed: (event) => {
        // A socket that could not be opened has a code too, and no connection.
        if (event instanceof Object && "code" in event && connects > closeCodes.length)
          closeCodes.push(Number(event.code));
      },
    },
  });
  const variables = {
    postId,
    // Read when the subscription is sent, each time anew.
    get after() {
      return heard.all.at(-1)?.cursor ?? after;
    },
  };
  client.subscribe<Record<string, unknown>>(
    { query: postId === undefined ? everything : comments, variables },
    {
      next: (result) => receive(heard, result),
      error: (error) => heard.fail(new Error(`${name} gave up`, { cause: error })),
      complete: () => {
        if (!closing.signal.aborted) heard.fail(new Error(`${name}: the server completed the subscription`));
      },
    },
  );
  return {
    name,
    heard,
    follows: postId === undefined ? "everything" : "comments of the post",
    place: () => place,
    reconnects: () => connects - 1,
    closeCodes,
    cut: () => client.terminate(),
    async close() {
      closing.abort();
      // It may be on its way to an instance that is gone.
      await Promise.resolve(client.dispose()).catch(() => undefined);
    },
  };
}

/** Over Server-Sent Events, as a browser's EventSource does it: the same address, `Last-Event-ID` when it comes back. */
export function listenOnStream({ name, instances, after, postId }: ListenerOptions): StreamListener {
  const heard = new Inbox<Heard>();
  const closing = new AbortController();
  const search = new URLSearchParams({
    query: postId === undefined ? everything : comments,
    variables: JSON.stringify({ after, postId }),
  });
  let place: Instance | undefined;
  let connects = 0;
  let lastEventId: string | undefined;
  let cutting = new AbortController();
  let hasConnected: () => void = () => undefined;
  const connected = new Promise<void>((resolve) => {
    hasConnected = resolve;
  });

  async function readOnce(): Promise<void> {
    place = await firstReady(instances, closing.signal);
    cutting = new AbortController();
    const response = await fetch(`${place.url}/graphql/stream?${search}`, {
      headers: { accept: "text/event-stream", ...(lastEventId !== undefined && { "last-event-id": lastEventId }) },
      signal: AbortSignal.any([closing.signal, cutting.signal]),
    });
    // An instance that is starting, stopping, or without its database.
    if (response.status >= 500) return void (await response.body?.cancel());
    if (response.status !== 200) throw new RefusedError(`${name}: ${response.status} ${await response.text()}`);
    connects += 1;
    hasConnected();
    for await (const { id, event, data } of readEventStream(response)) {
      if (event === "complete") throw new RefusedError(`${name}: the server completed the subscription`);
      receive(heard, JSON.parse(data));
      lastEventId = id ?? lastEventId;
    }
  }

  const reading = (async () => {
    while (!closing.signal.aborted) {
      try {
        await readOnce();
      } catch (error) {
        // Anything else is a connection that broke.
        if (error instanceof RefusedError) return heard.fail(error);
      }
      await sleep(retryMs);
    }
  })();

  return {
    name,
    heard,
    connected,
    follows: postId === undefined ? "everything" : "comments of the post",
    place: () => place,
    reconnects: () => connects - 1,
    closeCodes: [],
    cut: () => cutting.abort(),
    async close() {
      closing.abort();
      await reading;
    },
  };
}

class RefusedError extends Error {}

// biome-ignore lint/suspicious/noExplicitAny: one of the two operations above
function receive(heard: Inbox<Heard>, { data, errors }: { readonly data?: any; readonly errors?: unknown }): void {
  const [event] = Object.values<Record<string, Record<string, string>> & { id: string; cursor: string }>(data ?? {});
  if (errors !== undefined || !event) {
    heard.fail(new Error(`an event came with errors, which nobody repeats: ${JSON.stringify({ data, errors })}`));
    return;
  }
  const node = event.post ?? event.comment;
  heard.push({ id: event.id, cursor: event.cursor, nodeId: node?.id, text: node?.title ?? node?.text });
}
