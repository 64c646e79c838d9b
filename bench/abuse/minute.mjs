/** "What one visitor can do in a minute": each attack on a server of its own, while another user reads and a webhook delivers. */
import { createServer } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { startServer } from "../child.mjs";
import { makeDatabase, migrate } from "../services.mjs";
import { percentile, say, table, verdict } from "../table.mjs";
import { attacks } from "./attacks.mjs";
import { Client } from "./client.mjs";

const maxQueryMs = 250;
const maxGrowthBytes = 300 * 1024 ** 2;
const maxWebhookMs = 2_000;
const probeMs = 50;
const writeMs = 1_000;
/** Pause after a rejected strike, to avoid a busy loop. */
const minStrikeMs = 5;

export async function measureMinute({ quick, only }) {
  const durationMs = quick ? 8_000 : 60_000;
  const chosen = attacks.filter(({ name }) => only === undefined || only.some((part) => name.includes(part)));
  const rows = [];
  for (const attack of chosen) {
    say(`abuse: ${attack.name}`);
    rows.push(await measureAttack(attack, durationMs));
  }
  const headings = [
    "attack",
    "server's CPU, s",
    "memory above idle, MB",
    "another's query, p99 ms",
    "another's webhook, max ms",
    "targets",
  ];
  return [
    `## What one visitor can do in ${durationMs / 1000} seconds`,
    table(headings, rows),
    [
      "One attacker with an account, on an address of its own, against a server with default settings on PostgreSQL,",
      "on one core with --max-old-space-size=1024; each attack has a server and a database of its own. Meanwhile another user",
      `sends \`{ __typename }\` every ${probeMs} ms and writes a post a second, which is sent to their webhook. Targets: no exit; query`,
      `p99 at most ${maxQueryMs} ms; memory within 300 MB of idle; webhook within ${maxWebhookMs} ms. One run.`,
    ].join(" "),
  ];
}

async function measureAttack(attack, durationMs) {
  const database = await makeDatabase(`parley_bench_abuse_${process.pid}`);
  if (database === undefined) return [attack.name, "not run: no PostgreSQL", "", "", "", ""];
  migrate(database.url);
  const sink = await startSink();
  const server = await startServer({
    script: new URL("../../dist/main.js", import.meta.url),
    probe: new URL("../probe.mjs", import.meta.url),
    env: {
      NODE_ENV: "development",
      PORT: "0",
      DATABASE_URL: database.url,
      REDIS_URL: "",
      LOG_LEVEL: "info",
      WEBHOOK_ALLOW_NETWORKS: "127.0.0.0/8",
    },
    flags: ["--max-old-space-size=1024"],
    ready: /Parley is ready at (http:\S+)\/graphql/,
  });
  const victim = new Client(server.url, "127.0.0.1");
  const attacker = new Client(server.url, "127.0.0.2");
  try {
    const figures = await underAttack({ attack, server, victim, attacker, sink, durationMs });
    return rowOf(attack.name, figures);
  } finally {
    victim.end();
    attacker.end();
    sink.end();
    await server.end();
    await database.drop();
  }
}

async function underAttack({ attack, server, victim, attacker, sink, durationMs }) {
  await victim.signUp("victim");
  await attacker.signUp("attacker");
  const subscription = "subscription { postCreated { post { title } } }";
  const create =
    "mutation ($input: CreateWebhookInput!) { createWebhook(input: $input) { webhook { id } userErrors { message } } }";
  await victim.data(create, { input: { url: `${sink.url}victim`, subscription } });
  const prepared = await attack.prepare(attacker, { sinkUrl: `${sink.url}attacker` });
  await victim.data("{ __typename }");
  const idle = await server.ask({ kind: "usage" });
  const until = performance.now() + durationMs;
  const state = { queryMs: [], webhookMs: [], maxRss: idle.rssBytes, isDead: false };
  const isOver = () => performance.now() >= until || state.isDead;
  const width = attack.width ?? 1;
  const strikes = Array.from({ length: width }, () => strike(attack, attacker, prepared, isOver));
  await Promise.all([
    ...strikes,
    watch(server, state, isOver),
    probe(victim, state, isOver),
    write(victim, sink, state, isOver),
  ]);
  const end = state.isDead ? undefined : await server.ask({ kind: "usage" }).catch(() => undefined);
  return {
    isDead: end === undefined,
    cpuMs: end === undefined ? Number.NaN : end.cpuMs - idle.cpuMs,
    growth: state.maxRss - idle.rssBytes,
    queryMs: percentile(state.queryMs, 0.99),
    webhookMs: Math.max(...state.webhookMs),
  };
}

async function strike(attack, attacker, prepared, isOver) {
  while (!isOver()) {
    await Promise.all([attack.strike(attacker, prepared, wait).catch(() => undefined), wait(minStrikeMs)]);
  }
}

async function watch(server, state, isOver) {
  while (!isOver()) {
    const usage = await server.ask({ kind: "usage" }).catch(() => undefined);
    if (usage === undefined) state.isDead = true;
    else state.maxRss = Math.max(state.maxRss, usage.rssBytes);
    await wait(200);
  }
}

/** Sent at a steady rate, independent of responses, so that queueing shows in the figures. */
async function probe(victim, state, isOver) {
  const sent = [];
  while (!isOver()) {
    const began = performance.now();
    sent.push(victim.send({ query: "{ __typename }" }).then(() => state.queryMs.push(performance.now() - began)));
    await wait(probeMs);
  }
  await Promise.all(sent);
}

async function write(victim, sink, state, isOver) {
  const query = "mutation ($input: CreatePostInput!) { createPost(input: $input) { post { id } } }";
  const waiting = [];
  for (let n = 0; !isOver(); n++) {
    const title = `post ${n}`;
    const arrived = sink.arrival(title);
    await victim.send({ query, variables: { input: { title, content: "A post" } } });
    const committed = performance.now();
    const timeout = wait(30_000, Number.POSITIVE_INFINITY, { ref: false });
    waiting.push(Promise.race([arrived, timeout]).then((at) => state.webhookMs.push(Math.max(0, at - committed))));
    await wait(writeMs);
  }
  await Promise.all(waiting);
}

/** Receives deliveries; reports those to `/victim` by title and discards the others. */
async function startSink() {
  const waiting = new Map();
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk) => {
      if (request.url === "/victim") text += chunk;
    });
    request.on("end", () => {
      response.writeHead(204).end();
      const [, title] = /"title":"([^"]+)"/.exec(text) ?? [];
      waiting.get(title)?.(performance.now());
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    arrival: (title) => new Promise((resolve) => waiting.set(title, resolve)),
    end() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function rowOf(name, { isDead, cpuMs, growth, queryMs, webhookMs }) {
  const isMet = !isDead && growth <= maxGrowthBytes && queryMs <= maxQueryMs && webhookMs <= maxWebhookMs;
  return [
    name,
    isDead ? "the process exited" : (cpuMs / 1000).toFixed(1),
    (growth / 1024 ** 2).toFixed(0),
    queryMs.toFixed(0),
    Number.isFinite(webhookMs) ? webhookMs.toFixed(0) : "not within 30 s",
    verdict(isMet),
  ];
}
