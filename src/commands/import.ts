/**
 * `npm run import -- DIR`: imports a Stack Exchange dump. Repeatable: a second run changes nothing, and an interrupted
 * run can be continued.
 */
import { basename, resolve } from "node:path";
import { StartupError } from "../errors.js";
import { importDump } from "../import/import-dump.js";
import { openProgressBar } from "../import/report/progress.js";
import { renderSummary } from "../import/report/summary.js";
import { namespaceOf } from "../import/sources.js";
import { runCommand, say } from "./run-command.js";

await runCommand({
  migrated: true,
  async run({ prisma }, [given]) {
    if (given === undefined)
      throw new StartupError(
        "Expected: npm run import -- DIR, a directory with Users.xml, Posts.xml and Comments.xml.",
      );
    const directory = resolve(given);
    const bar = openProgressBar();
    const abort = new AbortController();
    process.once("SIGINT", () => abort.abort(new StartupError("Stopped: run the import again to complete it.")));
    try {
      const namespace = namespaceOf(basename(directory));
      const report = await importDump({
        prisma,
        directory,
        namespace,
        onProgress: bar.onProgress,
        signal: abort.signal,
      });
      bar.stop();
      say(renderSummary(report));
    } finally {
      bar.stop();
    }
  },
});
