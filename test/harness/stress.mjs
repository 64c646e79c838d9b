/** `npm run test:stress -- [ARGUMENTS OF VITEST]`: runs the suite while every core is kept busy, for half an hour at most. */
import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";

const maxMs = 1_800_000;
const busyLoop = `const end = Date.now() + ${maxMs}; while (Date.now() < end);`;

const loads = Array.from({ length: availableParallelism() }, () => spawn(process.execPath, ["-e", busyLoop]));
const began = performance.now();
const suite = spawn("npm", ["test", "--", ...process.argv.slice(2)], { stdio: "inherit", timeout: maxMs });

suite.once("exit", (code) => {
  for (const load of loads) load.kill("SIGKILL");
  const seconds = Math.round((performance.now() - began) / 1_000);
  process.stdout.write(`with ${loads.length} busy cores: ${seconds} s, exit code ${code}\n`);
  process.exit(code ?? 1);
});
