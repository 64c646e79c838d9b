/** Health checks: alive while the process runs, ready while it takes requests and its database answers. */
import type { Query } from "../db/database.js";
import { json } from "../http/answer.js";
import type { Route } from "../http/routes.js";

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
}

export function healthRoutes(health: Health): Route[] {
  return [
    { method: "GET", path: "/health/live", handle: () => json(200, { status: "live" }, uncached) },
    { method: "GET", path: "/health/ready", handle: () => ready(health) },
  ];
}

const uncached = { "cache-control": "no-store" };

async function ready({ phase, query, isBusUp }: Health) {
  const checks = { database: await checkDatabase(query()), bus: isBusUp() ? "up" : "down" };
  const isReady = phase() === "ready" && checks.database === "up";
  const status = isReady && checks.bus === "down" ? "degraded" : phase();
  return json(isReady ? 200 : 503, { status, checks }, uncached);
}

async function checkDatabase(query: Query | undefined): Promise<"up" | "down"> {
  if (query === undefined) return "down";
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<"down">((resolve) => {
    timer = setTimeout(resolve, databaseTimeoutMs, "down");
  });
  const answer = query("SELECT 1", []).then(
    () => "up" as const,
    () => "down" as const,
  );
  const state = await Promise.race([answer, timeout]);
  clearTimeout(timer);
  return state;
}
