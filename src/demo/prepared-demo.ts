/** The demo community as the prepared database has it: seeded when it is built, its events numbered. */
import type { Demo } from "../db/ensure-prepared.js";
import { numberEvents } from "../events/event-log.js";
import { demoVersion, seedDemo } from "./seed.js";

/** Events numbered by one statement. */
const batch = 1_000;

export function preparedDemo(now: Date): Demo {
  return {
    version: demoVersion(),
    async seed(database) {
      await seedDemo(database, now);
      while ((await numberEvents(database.query, batch)).length > 0);
    },
  };
}
