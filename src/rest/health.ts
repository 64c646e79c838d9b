/** Health checks. Live: the process runs. Ready: it accepts requests and its database answers. */
import type { Query } from "../db/database.js";
import { countWaiting } from "../events/event-log.js";
import { json } from "../http/http-response.js";
import type { RestRoute } from "./rest-route.js";

/** Where the server stands in its life. */
export type Phase = "starting" | "ready" | "stopping";

/** How long the database may take to answer before it counts as away. */
const databaseTimeoutMs = 2_000;

export interface Health {
  readonly phase: () => Phase;
  /** Undefined until the database is open. */
  readonly query: () => Query | undefined;
  /** Whether events pass between instances. Without it they come a moment later, from the log: ready all the same. */
  readonly isBusUp: () => boolean;
  readonly countDeliveriesWaiting: (query: Query) => Promise<number>;
}

export function healthRoutes(health: Health): RestRoute[] {
  return [
    {
      method: "GET",
      path: "/health/live",
      handle: () => json(200, { status: "live" }, uncached),
      doc: {
        summary: "Liveness: whether the process is running",
        responses: { 200: { description: "It does.", type: "application/json", schema: liveSchema } },
      },
    },
    {
      method: "GET",
      path: "/health/ready",
      handle: () => ready(health),
      doc: {
        summary: "Readiness: whether the server accepts requests",
        responses: {
          200: {
            description: "Ready; `degraded` while the event bus is disconnected.",
            type: "application/json",
            schema: readySchema,
          },
          503: {
            description: "The server is starting or stopping, or its database is unreachable.",
            type: "application/json",
            schema: readySchema,
          },
        },
      },
    },
  ];
}

const uncached = { "cache-control": "no-store" };

const liveSchema = { type: "object", required: ["status"], properties: { status: { const: "live" } } };
const upOrDown = { enum: ["up", "down"] };
const readySchema = {
  type: "object",
  required: ["status", "checks"],
  properties: {
    status: { enum: ["starting", "ready", "degraded", "stopping"] },
    checks: {
      type: "object",
      required: ["database", "bus", "relayLag", "deliveriesWaiting"],
      properties: {
        database: upOrDown,
        bus: upOrDown,
        relayLag: { type: ["integer", "null"], description: "Events that are not yet numbered by the relay." },
        deliveriesWaiting: {
          type: ["integer", "null"],
          description: "Webhook deliveries that are waiting; counted up to 10,000.",
        },
      },
    },
  },
};

async function ready({ phase, query, isBusUp, countDeliveriesWaiting }: Health) {
  const counts = await inTime(query(), async (ask) => {
    const [relayLag, deliveriesWaiting] = await Promise.all([countWaiting(ask), countDeliveriesWaiting(ask)]);
    return { relayLag, deliveriesWaiting };
  });
  const checks = {
    database: counts === undefined ? "down" : "up",
    bus: isBusUp() ? "up" : "down",
    ...(counts ?? { relayLag: null, deliveriesWaiting: null }),
  };
  const isReady = phase() === "ready" && checks.database === "up";
  const status = isReady && checks.bus === "down" ? "degraded" : phase();
  return json(isReady ? 200 : 503, { status, checks }, uncached);
}

/** Undefined if the database is unreachable or does not answer in time. */
async function inTime<T>(query: Query | undefined, work: (query: Query) => Promise<T>): Promise<T | undefined> {
  if (query === undefined) return undefined;
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, databaseTimeoutMs, undefined);
  });
  const answer = await Promise.race([work(query).catch(() => undefined), timeout]);
  clearTimeout(timer);
  return answer;
}
