/** Creates the prepared databases (db/prepared.ts) if they are missing or of another version. Run by `npm run compile`. */
import { ensurePrepared } from "../db/ensure-prepared.js";
import { preparedDemo } from "../demo/prepared-demo.js";
import { say } from "./run-command.js";

const startedAt = performance.now();
if (await ensurePrepared(preparedDemo(new Date()))) {
  const seconds = (performance.now() - startedAt) / 1000;
  say(`embedded databases: prepared in dist/prepared (${seconds.toFixed(1)} s)`);
}
