/** The suite "abuse": the worst documents known, each with the time to its rejection and the CPU of the server process. */
import { mkdtemp, rm } from "node:fs/promises";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tsImport } from "tsx/esm/api";
import { startServer } from "../child.mjs";
import { atEnd } from "../clean-up.mjs";
import { median, say, spread, table, verdict } from "../table.mjs";
import { measureMinute } from "./minute.mjs";

export const packages = ["graphql", "@apollo/server"];

/** Maximum time and server CPU of a rejection. */
const maxMs = 50;
/** An ordinary operation, with a new text each time, so that it is parsed and validated. */
const legal = {
  name: "a small legal query",
  query: "{ posts(first: 20) { nodes { id title createdAt author { id name handle } } } }",
};

/** `only` chooses attacks of the second table by a part of their names, and leaves the first table out. */
export async function run({ quick, rounds, only }) {
  if (only !== undefined) return measureMinute({ quick, only });
  const { worstDocuments } = await tsImport("../../test/security/worst-documents.ts", import.meta.url);
  const server = await startParley();
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const times = quick ? 5 : 20;
  const measured = [legal, ...worstDocuments].map((one) => ({ ...one, ms: [], cpuMs: [] }));
  // Warm-up.
  for (const one of measured) await measure(server, agent, one, times);
  for (let round = 1; round <= rounds; round++) {
    say(`abuse: round ${round} of ${rounds}`);
    for (const one of measured) {
      const figures = await measure(server, agent, one, times);
      one.ms.push(median(figures.ms));
      one.cpuMs.push(figures.cpuMs);
    }
  }
  agent.destroy();
  await server.end();
  return [...report(measured, rounds, times), ...(await measureMinute({ quick }))];
}

async function startParley() {
  const directory = await mkdtemp(join(tmpdir(), "parley-bench-"));
  const removeDirectory = atEnd(() => rm(directory, { recursive: true, force: true }));
  const server = await startServer({
    script: new URL("../../dist/main.js", import.meta.url),
    probe: new URL("../probe.mjs", import.meta.url),
    // Production defaults, except for the rate limits of one address.
    env: { PORT: "0", RATE_LIMIT: "off", DATA_DIR: directory, DATABASE_URL: "", REDIS_URL: "" },
    ready: /Parley is ready at (http:\S+)\/graphql/,
  });
  const end = async () => {
    await server.end();
    await removeDirectory();
  };
  return { ...server, end };
}

let sent = 0;

/** Sends a document repeatedly with a different text, because rejections are cached by text. */
async function measure(server, agent, { query, code }, times) {
  const ms = [];
  const before = await server.ask({ kind: "usage" });
  for (let n = 0; n < times; n++) {
    sent += 1;
    const body = JSON.stringify({ query: `${query} # ${sent}` });
    const began = performance.now();
    const answer = await post(`${server.url}/graphql`, agent, body);
    ms.push(performance.now() - began);
    const got = answer.errors?.[0]?.extensions.code;
    if (got !== code) throw new Error(`${query.slice(0, 60)}… was answered with ${got}, not with ${code}`);
  }
  const after = await server.ask({ kind: "usage" });
  return { ms, cpuMs: (after.cpuMs - before.cpuMs) / times };
}

function post(url, agent, body) {
  const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const asked = request(url, { method: "POST", agent, headers }, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.once("end", () => resolve(JSON.parse(Buffer.concat(chunks).toString())));
    });
    asked.once("error", reject).end(body);
  });
}

function report(measured, rounds, times) {
  const headings = ["document", "bytes", "refused with", "ms to refusal", "CPU, ms", `under ${maxMs} ms`];
  const rows = measured.map(({ name, query, code, bound, ms, cpuMs }) => [
    name,
    String(Buffer.byteLength(query)),
    code === undefined ? "answered" : [code, bound].filter(Boolean).join(", "),
    spread(ms, 2),
    spread(cpuMs, 2),
    code === undefined ? "" : verdict(median(ms) < maxMs && median(cpuMs) < maxMs),
  ]);
  return [
    table(headings, rows),
    [
      "Over HTTP, one at a time on one connection, to a server with the defaults of production but for `RATE_LIMIT=off`, with the demo community in its embedded database; each",
      "text is a new one. The time is from the first byte sent to the last byte of the answer. Median (least–most) of",
      `${rounds} rounds of ${times}. The documents are those of test/security/worst-documents.ts, which its tests send over`,
      "WebSocket and Server-Sent Events as well.",
    ].join(" "),
  ];
}
