/** What the results of "reads" say: targets first, then the tables, and the chart. */
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { median, spread, table, verdict } from "../table.mjs";
import { barChart } from "./chart.mjs";
import { workloads } from "./operations.mjs";
import { nodeFlags, poolSize, servers } from "./servers.mjs";

const peers = Object.keys(servers).filter((name) => servers[name].isPeer);
const megabytes = (bytes) => (Number.isNaN(bytes) ? "–" : (bytes / 2 ** 20).toFixed(0));

export async function report(results) {
  const judged = targets(results).filter((row) => row !== undefined);
  if (results.options.quick) for (const row of judged) row[3] = "not judged: quick";
  if (!results.options.isPartial) await writeChart(results);
  const sections = [
    judged.length > 0 && table(["figure", "measured", "target", ""], judged),
    about(results),
    ...Object.keys(results.rounds).map((workload) => workloadSection(workload, results)),
    results.startUp && startUpSection(results),
    results.statements && statementsSection(results),
    results.collection && collectionSection(results),
    results.workers && workersSection(results),
  ];
  return sections.filter(Boolean);
}

function targets(results) {
  const { collection, workers } = results;
  return [
    ratioTarget(results, "Q1", "mercurius", 1.2),
    ratioTarget(results, "Q1", "postgraphile", 1.2),
    ratioTarget(results, "Q1", "typical", 5),
    ratioTarget(results, "Q1", "limitNode", 0.7),
    ratioTarget(results, "Q2", "postgraphile", 1.5),
    ratioTarget(results, "Q2", "mercurius", 1),
    latencyTarget(results),
    statementsTarget(results, "Feed", "Q1", 3),
    statementsTarget(results, "Deep", "the deep query, of depth 5", 5),
    collection && [
      "garbage collection's share of Q1, Parley, in a profile",
      `${(collection.share * 100).toFixed(1)} %`,
      "≤ 12 %",
      verdict(collection.share <= 0.12),
    ],
    workers && [
      "two workers to one, two cores, load from the same box",
      workers === "none" ? "not measured" : `${(workers.two / workers.one).toFixed(2)} ×`,
      "none",
      "",
    ],
  ];
}

/** The median of the rounds' ratios of requests/s. */
function ratio(results, workload, name) {
  const { parley, [name]: other } = results.rounds[workload] ?? {};
  if (parley === undefined || other === undefined) return undefined;
  return median(parley.perSecond.map((perSecond, round) => perSecond / other.perSecond[round]));
}

function ratioTarget(results, workload, name, least) {
  const measured = ratio(results, workload, name);
  if (measured === undefined) return undefined;
  const figure = `${workload}, requests/s, to ${servers[name].title}`;
  return [figure, `${measured.toFixed(2)} ×`, `≥ ${least} ×`, verdict(measured >= least)];
}

function latencyTarget({ rounds, names }) {
  const present = peers.filter((name) => names.includes(name));
  if (rounds.Q1 === undefined || present.length === 0) return undefined;
  const p99 = (name) => median(rounds.Q1[name].p99);
  const best = present.toSorted((a, b) => p99(a) - p99(b))[0];
  const measured = p99("parley") / p99(best);
  const figure = `Q1, p99 at 32 connections, to the best peer (${servers[best].title})`;
  return [figure, `${measured.toFixed(2)} ×`, "≤ 1 ×", verdict(measured <= 1)];
}

function statementsTarget({ statements }, operation, title, most) {
  if (statements === undefined) return undefined;
  const measured = statements.parley[operation].statements;
  return [`SQL statements for ${title}`, String(measured), `≤ ${most}`, verdict(measured <= most)];
}

function about({ names, size, bytes }) {
  const versions = ["mercurius", "fastify", "graphql-yoga", "@envelop/graphql-jit", "graphql-jit", "postgraphile"];
  const inCommon = ["@apollo/server", "@as-integrations/express5", "express", "dataloader", "graphql", "pg", "jose"];
  const version = (name) => `${name} ${versionOf(name)}`;
  const sizes = names.map((name) => `${servers[name].title} ${bytes[name]}`).join(", ");
  return [
    `Peers: ${[...versions, ...inCommon].map(version).join(", ")}; Prisma is Parley's own.`,
    `Data: ${size.users} users, ${size.posts} posts, ${size.comments} comments. All servers answer the same content; ` +
      `bytes of Q1's answer: ${sizes}.`,
    `All servers: \`node ${nodeFlags.join(" ")}\`, ${poolSize} connections to PostgreSQL, one core. All are up at once and ` +
      "measured in short slices, in random order, at 32 connections. Figures are medians (least–most) of the rounds; a " +
      "ratio is the median of the rounds' ratios. \"CPU\" is the server's own processor time for a request, without " +
      "PostgreSQL's.",
  ].join("\n\n");
}

function versionOf(name) {
  return JSON.parse(readFileSync(new URL(`node_modules/${name}/package.json`, import.meta.url), "utf8")).version;
}

function workloadSection(workload, results) {
  const rows = results.names.map((name) => {
    const { perSecond, p50, p99, cpuUs, rssBytes } = results.rounds[workload][name];
    const to = name === "parley" ? "" : `${ratio(results, workload, name).toFixed(2)} ×`;
    return [
      servers[name].title,
      spread(perSecond, 0),
      to,
      median(p50).toFixed(1),
      median(p99).toFixed(1),
      Number.isNaN(median(cpuUs)) ? "–" : median(cpuUs).toFixed(0),
      megabytes(median(rssBytes)),
    ];
  });
  const headings = ["server", "requests/s", "Parley to it", "p50 ms", "p99 ms", "CPU µs", "RSS MB"];
  return `## ${workloads[workload].title}\n\n${table(headings, rows)}`;
}

function startUpSection({ names, startUp }) {
  const rows = names.map((name) => [
    servers[name].title,
    spread(startUp[name].startMs, 0),
    megabytes(median(startUp[name].idleBytes)),
  ]);
  return [
    "## Start-up and idle memory",
    "From the start of the process to its first answer, one server at a time; resident memory a second later.",
    table(["server", "start-up ms", "idle RSS MB"], rows),
  ].join("\n\n");
}

function statementsSection({ names, statements }) {
  const operations = Object.keys(statements.parley);
  const cell = ({ statements: number, parses }) => (parses > 0 ? `${number}, ${parses} not prepared` : String(number));
  const rows = names.map((name) => [servers[name].title, ...operations.map((each) => cell(statements[name][each]))]);
  return [
    "## SQL statements of a request",
    "Counted on the wire (messages Execute and Query of PostgreSQL's protocol, BEGIN and COMMIT included), statements " +
      'prepared; medians of single requests. "Not prepared" are those that PostgreSQL parsed again.',
    table(["server", ...operations.map((each) => operationTitles[each])], rows),
  ].join("\n\n");
}

const operationTitles = { Feed: "Q1", Post: "Q2", Deep: "deep", AddComment: "createComment" };

function collectionSection({ collection }) {
  const rows = collection.top.map(([name, share]) => [`\`${name}\``, `${(share * 100).toFixed(1)} %`]);
  return [
    "## Where Parley's time goes in Q1",
    "Self time in V8's CPU profile (`--cpu-prof`, every ms) while the load ran, of the time that was not idle. " +
      "`(program)` is what is not JavaScript, the kernel's part of reading and writing for one.",
    table(["function", "share"], rows),
  ].join("\n\n");
}

function workersSection({ workers }) {
  const text =
    workers === "none"
      ? "Not measured: with `WORKERS=2` the server started no workers, or did not start."
      : table(
          ["Parley, Q1, not pinned", "requests/s"],
          [
            ["`WORKERS=1`", spread(workers.perSecond.one, 0)],
            ["`WORKERS=2`", spread(workers.perSecond.two, 0)],
          ],
        );
  return `## Two workers against one\n\n${text}`;
}

async function writeChart({ names, rounds }) {
  const kindOf = (name) => (name === "parley" ? "own" : servers[name].isPeer ? "bar" : "limit");
  const panels = ["Q1", "Q2", "mix"].map((workload) => ({
    title: `${workloads[workload].title}, requests/s`,
    bars: names
      .map((name) => ({
        label: servers[name].title,
        value: median(rounds[workload][name].perSecond),
        kind: kindOf(name),
      }))
      .sort((a, b) => b.value - a.value),
  }));
  const description = "Requests a second of Parley and other GraphQL servers for Node, one core each";
  await writeFile(new URL("../results/reads.svg", import.meta.url), barChart(description, panels));
}
