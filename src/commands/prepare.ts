/** Creates the prepared database (db/prepared.ts) if it does not exist. Run by `npm run compile`. */
import { ensurePrepared } from "../db/ensure-prepared.js";
import { say } from "./run-command.js";

const startedAt = performance.now();
if (await ensurePrepared()) {
  const seconds = (performance.now() - startedAt) / 1000;
  say(`embedded database: prepared in dist/prepared (${seconds.toFixed(1)} s)`);
}
