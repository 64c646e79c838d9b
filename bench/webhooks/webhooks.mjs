/** The suite "webhooks": deliveries a second to a local receiver, and the CPU of each, on both databases. */
import { send, startParley } from "../live/servers.mjs";
import { makeDatabase, migrate } from "../services.mjs";
import { median, say, spread, table } from "../table.mjs";
import { startReceiver } from "./receiver.mjs";

export const packages = ["graphql", "@electric-sql/pglite", "pg"];

/** Deliveries of one burst: events times endpoints. */
const loads = [
  { endpoints: 1, events: 200 },
  { endpoints: 20, events: 15 },
];

const create = `mutation ($input: CreateWebhookInput!) { createWebhook(input: $input) { userErrors { message } } }`;
const subscription = "subscription { postUpdated { id cursor post { id title content author { id handle name } } } }";

export async function run({ quick, rounds }) {
  const figures = [];
  for (const load of loads) figures.push(...(await measure("embedded", {}, load, quick, rounds)));
  const database = await makeDatabase();
  if (database === undefined) {
    say("no PostgreSQL (BENCH_DATABASE_URL)");
    figures.push(["PostgreSQL", "", "not run", ""]);
  } else {
    migrate(database.url);
    for (const load of loads)
      figures.push(...(await measure("PostgreSQL", { DATABASE_URL: database.url }, load, quick, rounds)));
    await database.drop();
  }
  const headings = ["database", "endpoints", "deliveries/s", "CPU of each, µs"];
  return [
    table(headings, figures),
    [
      "Bursts of events, each executed once and delivered to every endpoint with a signed body of about 400 bytes; from the",
      "commit of the burst to the last request. An endpoint's deliveries go one after the other: that is the log's order.",
      `Median (least–most) of ${rounds} rounds. PostgreSQL's own CPU is not in it, the embedded database's is.`,
    ].join(" "),
  ];
}

async function measure(name, env, { endpoints, events }, quick, rounds) {
  say(`webhooks: ${endpoints} endpoints, ${name}`);
  const perRound = quick ? Math.ceil(events / 5) : events;
  const allowed = { NODE_ENV: "development", WEBHOOK_ALLOW_NETWORKS: "127.0.0.0/8", WEBHOOKS_PER_USER: "100" };
  const parley = await startParley({ ...allowed, ...env });
  const receiver = await startReceiver();
  const token = parley.authorization.replace("Bearer ", "");
  const url = parley.url.replace("ws", "http").replace("/graphql", "");
  for (let index = 0; index < endpoints; index++) await send(url, create, { url: receiver.url, subscription }, token);
  const burst = (count) => receiver.receive(count * endpoints, () => parley.emit(count));
  await burst(Math.ceil(perRound / 2));
  const rates = [];
  const costs = [];
  for (let round = 1; round <= rounds; round++) {
    const before = await parley.ask({ kind: "usage" });
    const began = performance.now();
    await burst(perRound);
    const tookMs = performance.now() - began;
    // Includes the records written after the last request.
    await new Promise((resolve) => setTimeout(resolve, 200));
    const after = await parley.ask({ kind: "usage" });
    const deliveries = perRound * endpoints;
    rates.push((deliveries * 1000) / tookMs);
    costs.push(((after.cpuMs - before.cpuMs) * 1000) / deliveries);
  }
  receiver.end();
  await parley.end();
  say(`webhooks: ${median(rates).toFixed(0)} deliveries/s`);
  return [[name, String(endpoints), spread(rates, 0), spread(costs, 0)]];
}
