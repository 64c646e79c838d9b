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
}

export function healthRoutes(health: Health): Route[] {
  return [
    { method: "GET", path: "/health/live", handle: () => json(200, { status: "live" }, uncached) },
    { method: "GET", path: "/health/ready", handle: () => ready(health) },
  ];
}

const uncached = { "cache-control": "no-store" };

async function ready({ phase, query }: Health) {
  const status = phase();
  const database = await checkDatabase(query());
  const isReady = status === "ready" && database === "up";
  return json(isReady ? 200 : 503, { status, checks: { database } }, uncached);
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
