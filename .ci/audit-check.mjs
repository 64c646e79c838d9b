/**
 * `npm audit` finds nothing high or critical. A registry that has no list of advisories (a mirror that answers the question
 * with 404, 405 or 501) is said to have none; any other failure is one.
 */
import { spawnSync } from "node:child_process";

const { stdout, status } = spawnSync("npm", ["audit", "--audit-level=high", "--json"], {
  cwd: new URL("../", import.meta.url),
  encoding: "utf8",
});
const answer = JSON.parse(stdout || "{}");
const isMirror = /security\/advisories/.test(answer.uri ?? "") && [404, 405, 501].includes(answer.statusCode);

if (isMirror) {
  process.stdout.write(`not audited: the registry has no advisories (${answer.message})\n`);
} else if (status === 0 && answer.metadata !== undefined) {
  process.stdout.write(`advisories: ${JSON.stringify(answer.metadata.vulnerabilities)}\n`);
} else {
  process.stdout.write(`${stdout}\nnpm audit failed, with status ${status}\n`);
  process.exitCode = 1;
}
