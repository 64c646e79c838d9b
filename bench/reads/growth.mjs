/** The suite "growth": Q1 at 10,000, 100,000 and 1,000,000 posts, at the start of the list and deep in it. */
import { median, percentile, say, spread, table, verdict } from "../table.mjs";
import { openFilled } from "./database.mjs";
import { openLoad, requestBytes } from "./load.mjs";
import { bodyOf } from "./operations.mjs";
import { createRandom, shuffled } from "./random.mjs";
import { ask, installPeers, servers as known, signUp, start } from "./servers.mjs";

export const packages = ["@apollo/server", "graphql", "pg", "@prisma/client", "dataloader"];

const pageSize = 20;
const connections = 32;
const settleMs = 200;
/** Page 1,000, or the last but ten of a list that is shorter. */
const deepPage = (posts) => Math.min(1_000, posts / pageSize - 10);
const number = (value) => value.toLocaleString("en");

/** Resolves with the sections of the results. */
export async function run({ quick, keep, rounds, sliceMs, servers }) {
  installPeers();
  // The limit shows what PostgreSQL itself loses as its tables grow.
  const compared = ["parley", ...(servers ?? ["limitNode"])];
  const unknown = compared.find((name) => !Object.hasOwn(known, name));
  if (unknown !== undefined)
    throw new Error(`--servers must be some of ${Object.keys(known).join(", ")}, got "${unknown}"`);
  const sizes = quick ? [2_000, 10_000] : [10_000, 100_000, 1_000_000];
  const cases = [];
  for (const posts of sizes) cases.push(...(await casesOf(posts, compared, keep)));
  for (const each of cases) await measure(each, quick ? 300 : 3_000);
  const random = createRandom(3);
  for (let round = 1; round <= rounds; round++) {
    say(`round ${round} of ${rounds}`);
    for (const each of shuffled(cases, random)) {
      const { perSecond, latencies } = await measure(each, sliceMs);
      each.perSecond.push(perSecond);
      each.p99.push(percentile(latencies, 0.99));
    }
  }
  return report(cases, sizes, quick);
}

/** Servers on a database of so many posts, and the pages asked of them. Only Parley pages: the limits know one feed. */
async function casesOf(posts, compared, keep) {
  const { url, size } = await openFilled(posts, keep);
  const { jwks } = await signUp(url);
  const cases = [];
  for (const name of compared) {
    const server = await start(name, url, { env: { BENCH_JWKS: jwks } });
    cases.push(caseOf(server, size, 1, bodyOf(server.dialect, "Feed", 1)));
    if (name === "parley") cases.push(caseOf(server, size, deepPage(posts), await deepBody(server, deepPage(posts))));
  }
  return cases;
}

function caseOf(server, size, page, body) {
  return { server, size, page, request: requestBytes(server.url, body), perSecond: [], p99: [] };
}

/** Q1 after the cursor where page `page` begins, found as a client finds it: page by page. */
async function deepBody(server, page) {
  const { operationName, query } = JSON.parse(bodyOf(server.dialect, "Feed", 1));
  const walk = "query ($first: Int, $after: String) { posts(first: $first, after: $after) { pageInfo { endCursor } } }";
  let after = null;
  for (let left = (page - 1) * pageSize; left > 0; left -= 100) {
    const first = Math.min(100, left);
    const { data } = await ask(server, JSON.stringify({ query: walk, variables: { first, after } }));
    after = data.posts.pageInfo.endCursor;
  }
  const paged = query
    .replace("query Feed", "query Feed($after: String)")
    .replace("first: 20", "first: 20, after: $after");
  const body = JSON.stringify({ operationName, query: paged, variables: { after } });
  const { data, errors } = await ask(server, body);
  if (data?.posts.nodes.length !== pageSize) throw new Error(`page ${page}: ${JSON.stringify(errors ?? data)}`);
  return body;
}

async function measure({ server, request }, ms) {
  const load = await openLoad(server.url, connections);
  try {
    await load.run(() => request, settleMs);
    return await load.run(() => request, ms);
  } finally {
    load.close();
  }
}

function report(cases, sizes, quick) {
  const first = (posts) => cases.find((each) => isParley(each) && each.page === 1 && each.size.posts === posts);
  const [least, most] = [first(sizes.at(0)), first(sizes.at(-1))];
  const kept = median(most.perSecond.map((perSecond, round) => perSecond / least.perSecond[round]));
  const figure = `Q1 at ${number(most.size.posts)} posts, requests/s, to ${number(least.size.posts)}`;
  const judged = quick ? "not judged: quick" : verdict(kept >= 0.8);
  const rows = cases.map((each) => {
    const { server, size, page, perSecond, p99 } = each;
    const counts = [size.users, size.posts, size.comments].map(number).join(" / ");
    return [known[server.name].title, counts, number(page), spread(perSecond, 0), median(p99).toFixed(1)];
  });
  return [
    table(["figure", "measured", "target", ""], [[figure, `${kept.toFixed(2)} ×`, "≥ 0.8 ×", judged]]),
    "Q1: pages of 20 posts by keyset, newest first, 3 comments each, authors; 32 connections. All databases and servers " +
      "are up at once, one core, measured in slices in random order. A list of 10,000 posts has 500 pages: its page 490 " +
      "stands for page 1,000.",
    table(["server", "users / posts / comments", "page", "requests/s", "p99 ms"], rows),
  ];
}

function isParley({ server }) {
  return server.name === "parley";
}
