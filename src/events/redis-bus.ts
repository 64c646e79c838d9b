/** Event bus over Redis, for several instances. Loaded only if REDIS_URL is set. */
import { RedisPubSub } from "graphql-redis-subscriptions";
import { reasonOf, StartupError } from "../errors.js";
import type { Log } from "../log.js";
import { connectRedis } from "../redis.js";
import { type Bus, type BusMessage, subscribe } from "./bus.js";
import type { LoggedEvent } from "./event.js";

/** How long Redis may take to answer: a connection that hangs must not hold up the relay. */
const commandTimeoutMs = 2_000;

const lostMessage = "Redis connection lost; events are read from the log until it is back";

/**
 * Over Redis, on a channel of this log alone: several Parleys may share one Redis. Throws a StartupError when Redis does
 * not answer at the start; afterwards it may go and come back.
 */
export async function connectRedisBus(url: string, logId: string, log: Log): Promise<Bus> {
  const channel = `parley:${logId}`;
  const lost = { log, component: "bus", lostMessage };
  const lazyConnect = true;
  // Without the offline queue, publishing fails at once while Redis is down: the log has the events, so memory need not.
  const publisher = connectRedis(url, lost, {
    lazyConnect,
    enableOfflineQueue: false,
    commandTimeout: commandTimeoutMs,
  });
  const subscriber = connectRedis(url, lost, { lazyConnect });
  try {
    await Promise.all([publisher.connect(), subscriber.connect()]);
  } catch (error) {
    publisher.disconnect();
    subscriber.disconnect();
    const { hostname, port } = new URL(url);
    const reason = reasonOf(error);
    throw new StartupError(`REDIS_URL: Redis at ${hostname}:${port || "6379"} does not answer: ${reason}`);
  }
  const pubsub = new RedisPubSub({ publisher, subscriber });
  return {
    isUp: () => publisher.status === "ready" && subscriber.status === "ready",
    publish: (message) => pubsub.publish(channel, message),
    async subscribe(onMessage, onRestored) {
      await subscribe(pubsub, channel, (message) => {
        // Other clients of Redis can publish here, so an invalid message must not end the process.
        if (isMessage(message)) onMessage(message);
        else log.warn({ component: "bus", channel }, "invalid message on the bus");
      });
      subscriber.on("ready", () => {
        // ioredis resubscribes by itself; subscribing again reveals when that is done.
        subscriber
          .subscribe(channel)
          .then(onRestored, (error) => log.warn({ component: "bus", reason: error.message }, lostMessage));
      });
    },
    async close() {
      publisher.disconnect();
      subscriber.disconnect();
    },
  };
}

function isMessage(value: unknown): value is BusMessage {
  if (typeof value !== "object" || value === null || !("head" in value) || !("events" in value)) return false;
  const { head, events } = value;
  return Number.isSafeInteger(head) && Array.isArray(events) && events.every(isEvent);
}

function isEvent(value: unknown): value is LoggedEvent {
  return typeof value === "object" && value !== null && "position" in value && "data" in value && !!value.data;
}
