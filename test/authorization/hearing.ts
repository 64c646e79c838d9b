/** Subscribes to every coordinate, on one socket per column. */
import type { GraphQLSchema } from "graphql";
import { publicEventTypes } from "../../src/events/event.js";
import { until } from "../subscriptions/inbox.js";
import { type Listener, type SentEvent, subscribeOn } from "../subscriptions/listener.js";
import { connectSocket } from "../subscriptions/socket.js";
import type { Actor, Community } from "./community.js";
import { type Coordinate, coordinatesOf } from "./coordinates.js";
import { selectableBy } from "./roles.js";
import { selectionFor } from "./who-looks.js";

/** What one of them hears. */
export interface Hearing {
  /** By coordinate: the code of a refusal, or the events that came. */
  readonly heard: () => ReadonlyMap<string, string | readonly SentEvent[]>;
  /** Resolves when an account has been given this biography: what was sent before it is in `heard`. */
  readonly hasHeard: (bio: string) => Promise<unknown>;
  readonly close: () => Promise<void>;
}

/** Resolves when every subscription is taken in or refused. */
export async function listenToAll({ server }: Community, schema: GraphQLSchema, actor: Actor): Promise<Hearing> {
  const { engine } = server.live;
  const socket = await connectSocket(server.url, await actor.token("LIVE", "LIVE"));
  const before = engine.size.listeners;
  const type = schema.getSubscriptionType();
  const coordinates = type ? coordinatesOf(schema, type) : [];
  const subscribe = (query: string) => subscribeOn(socket, { query });
  const listeners = new Map(coordinates.map((each) => [each.name, subscribe(documentOf(schema, each, actor))]));
  const end = subscribe("subscription { events(types: [USER_UPDATED]) { ... on UserUpdated { user { bio } } } }");
  const refusals = () => socket.messages.all.filter(({ type }) => type === "error");
  const refusalOf = (listener: Listener) => refusals().find(({ id }) => id === listener.id)?.payload[0].extensions.code;
  await until(() => engine.size.listeners - before + refusals().length === coordinates.length + 1);
  return {
    heard: () => new Map([...listeners].map(([name, each]) => [name, refusalOf(each) ?? each.events.all])),
    hasHeard: (bio) => end.events.find(({ user }) => user.bio === bio),
    close: () => socket.close(),
  };
}

function documentOf(schema: GraphQLSchema, { field, target }: Coordinate, { column }: Actor): string {
  const type = target?.name ?? "";
  const selection = `__typename ${selectionFor(schema, type, selectableBy(column, "LIVE", "LIVE"))}`;
  if (field.name !== "events") return `subscription { ${field.name} { ${selection} } }`;
  const [enumName] = Object.entries(publicEventTypes).find(([, name]) => name === type) ?? [];
  return `subscription { events(types: [${enumName}]) { ... on ${type} { ${selection} } } }`;
}
