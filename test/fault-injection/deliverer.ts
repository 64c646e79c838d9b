/** Instances for tests of deliveries: one that serves requests, and deliverers that can be killed. */
import { randomBytes } from "node:crypto";
import { type ServerProcess, type Settings, startServerProcess } from "../harness/process.js";
import { started } from "../process/started.js";

export interface DeliveringInstances {
  /** Serves requests and delivers nothing. */
  readonly server: ServerProcess;
  /** Starts a process that only delivers. `application` is its name in PostgreSQL. */
  startDeliverer(application: string): Promise<ServerProcess>;
}

/** `times` replaces the durations of the retry policy and the worker, by name. */
export async function startDelivering(databaseUrl: string, times: object): Promise<DeliveringInstances> {
  const settings: Settings = {
    SECRETS_KEY: randomBytes(32).toString("base64"),
    WEBHOOK_ALLOW_NETWORKS: "127.0.0.0/8",
    PARLEY_TEST_WEBHOOK_TIMES: JSON.stringify(times),
  };
  return {
    server: await started({ ...settings, DATABASE_URL: databaseUrl, WORKER: "off", DEMO: "off" }),
    startDeliverer: (application) =>
      startServerProcess({
        settings: { ...settings, DATABASE_URL: `${databaseUrl}?application_name=${application}`, WORKER: "only" },
        program: "../test/fault-injection/delivering-instance.mjs",
      }),
  };
}
