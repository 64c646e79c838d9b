/** Event bus: carries events from the relay to all instances. Delivers at most once; lost events are read from the log. */
import { PubSub, type PubSubEngine } from "graphql-subscriptions";
import type { LoggedEvent } from "./event.js";

/** One message: events in a row, and how far the log goes. No events: only how far. */
export interface BusMessage {
  readonly head: number;
  readonly events: readonly LoggedEvent[];
}

export interface Bus {
  /** Whether messages pass now. */
  isUp(): boolean;
  /** Rejects when the message could not be sent. */
  publish(message: BusMessage): Promise<void>;
  /** Resolves when every later message will be heard. `onRestored`: the bus was away, messages were lost. */
  subscribe(onMessage: (message: BusMessage) => void, onRestored: () => void): Promise<void>;
  close(): Promise<void>;
}

const localTrigger = "events";

/** Within one process: for the embedded database. */
export function createLocalBus(): Bus {
  const pubsub = new PubSub();
  return {
    isUp: () => true,
    publish: (message) => pubsub.publish(localTrigger, message),
    subscribe: (onMessage) => subscribe(pubsub, localTrigger, onMessage),
    close: async () => undefined,
  };
}

/** Resolves when it hears. */
export async function subscribe(
  pubsub: PubSubEngine,
  trigger: string,
  onMessage: (message: BusMessage) => void,
): Promise<void> {
  await pubsub.subscribe(trigger, onMessage, {});
}
