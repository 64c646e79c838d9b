/**
 * Own code beside the standard thing that it replaces: CPU time per call, in turns, in one process.
 *
 *   node bench/micro.mjs [deadline] [base64url] [plugins] [query]
 *
 * `query` needs PostgreSQL (BENCH_DATABASE_URL); only its client's CPU counts.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { ApolloServer } from "@apollo/server";
import { build } from "esbuild";
import pg from "pg";
import { median } from "./table.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const rounds = 15;

const cases = { deadline, base64url, plugins, query };
const names = process.argv.slice(2);
for (const [name, run] of Object.entries(cases)) if (names.length === 0 || names.includes(name)) await run();

async function deadline() {
  const { withDeadline } = await load("src/deadline.ts");
  const onDisconnect = () => () => {};
  const listen = async ({ signal }) => signal.addEventListener("abort", () => {}, { once: true });
  await compare("deadline of a request, one listener", 20_000, {
    "deadline.ts": () => withDeadline(10_000, onDisconnect, listen),
    AbortController: async () => {
      const controller = new AbortController();
      const timer = setTimeout(() => controller.abort(), 10_000);
      try {
        await listen(controller);
      } finally {
        clearTimeout(timer);
      }
    },
  });
}

async function base64url() {
  const { toGlobalId } = await load("src/db/global-id.ts");
  let id = 1_000_000;
  await compare("global id of a row", 200_000, {
    "base64url.ts": () => void toGlobalId("Comment", id++),
    Buffer: () => void Buffer.from(`Comment:${id++}`, "latin1").toString("base64url"),
  });
}

/** The whole of a request for a constant, through Apollo Server's pipeline. */
async function plugins() {
  const { composePlugin } = await load("src/graphql/plugins/compose-plugins.ts");
  const step = () => {};
  const parts = Array.from({ length: 6 }, () => ({
    didResolveSource: step,
    didResolveOperation: step,
    willSendResponse: step,
  }));
  const response = async () => null;
  const servers = {
    "one composed plugin": open([composePlugin(parts, response)]),
    "six plugins": open([
      ...parts.map((part) => ({ requestDidStart: async () => part })),
      { requestDidStart: async () => ({ responseForOperation: response }) },
    ]),
  };
  const entries = Object.entries(servers).map(([name, server]) => [name, () => ask(server)]);
  await compare("request for { __typename }", 1_500, Object.fromEntries(entries));

  function open(plugins) {
    return new ApolloServer({ typeDefs: "type Query { a: Int }", plugins, includeStacktraceInErrorResponses: false });
  }
  async function ask(server) {
    const { body } = await server.executeOperation({ query: "{ __typename }" });
    if (body.singleResult.data?.__typename !== "Query") throw new Error("unexpected answer");
  }
}

async function query() {
  const { ReadQuery } = await load("src/db/read-query.ts");
  const connectionString = process.env.BENCH_DATABASE_URL ?? "postgresql://postgres@127.0.0.1:5432/postgres";
  const client = new pg.Client({ connectionString, pipeline: true });
  await client.connect();
  const text = "SELECT n AS id, 'a title' AS title, n AS likes FROM generate_series(1, $1::int4) AS n";
  const types = client;
  let mapper;
  const read = () =>
    new Promise((resolve, reject) => {
      const statement = { text, name: "own", values: [20], types, mapper };
      const done = (error, rows, readBy) => {
        mapper = readBy;
        if (error === null) resolve(rows);
        else reject(error);
      };
      client.query(new ReadQuery(statement, done));
    });
  await read();
  const eight = (send) => () => Promise.all(Array.from({ length: 8 }, send));
  await compare("eight pipelined statements of 20 rows", 300, {
    "read-query.ts": eight(read),
    "pg.Query": eight(() => client.query({ name: "standard", text, values: [20] })),
  });
  await client.end();
}

async function load(source) {
  const directory = await mkdtemp(join(root, "dist", "micro-"));
  try {
    const outfile = join(directory, "module.mjs");
    await build({
      entryPoints: [join(root, source)],
      outfile,
      bundle: true,
      packages: "external",
      platform: "node",
      format: "esm",
      logLevel: "error",
    });
    return await import(pathToFileURL(outfile).href);
  } finally {
    await rm(directory, { recursive: true });
  }
}

async function compare(title, calls, ways) {
  const nsOf = Object.fromEntries(Object.keys(ways).map((name) => [name, []]));
  for (let round = -3; round < rounds; round += 1) {
    const order = round % 2 === 0 ? Object.entries(ways) : Object.entries(ways).toReversed();
    for (const [name, call] of order) {
      const start = process.cpuUsage();
      for (let n = 0; n < calls; n += 1) await call();
      const { user, system } = process.cpuUsage(start);
      if (round >= 0) nsOf[name].push(((user + system) * 1_000) / calls);
    }
  }
  const figures = Object.entries(nsOf).map(
    ([name, all]) => `${name} ${Math.round(median(all)).toLocaleString("en-US")} ns`,
  );
  process.stdout.write(`${title}: ${figures.join(", ")}\n`);
}
