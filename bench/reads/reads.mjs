/** The suite "reads": Parley beside the other GraphQL servers for Node, on the same rows of the same database. */
import { say } from "../table.mjs";
import { checkAnswers, countStatements } from "./checks.mjs";
import { measureCollection } from "./collection.mjs";
import { checkDatabase, openFilled } from "./database.mjs";
import { workloads } from "./operations.mjs";
import { report } from "./report.mjs";
import { measureRounds } from "./rounds.mjs";
import { installPeers, servers, signUp, start } from "./servers.mjs";
import { measureStartUp } from "./start-up.mjs";
import { measureWorkers } from "./workers.mjs";

export const packages = ["@apollo/server", "graphql", "pg", "@prisma/client", "dataloader"];

const figures = ["start", ...Object.keys(workloads), "statements", "collection", "workers"];

/** Resolves with the sections of the results. */
export async function run(options) {
  installPeers();
  const isSelected = readNames("--only", options.only, figures);
  const isCompared = readNames("--servers", options.servers, Object.keys(servers));
  const names = Object.keys(servers).filter((name) => name === "parley" || isCompared(name));
  const { url, size } = await openFilled(options.quick ? 10_000 : 100_000, options.keep);
  const { authorization, jwks } = await signUp(url);
  const env = { BENCH_JWKS: jwks };
  const target = { posts: size.posts, authorization };
  const results = { names, size, options };

  if (isSelected("start")) results.startUp = await measureStartUp(names, url, env, options.quick ? 1 : 3);
  const running = [];
  for (const name of names) running.push(await start(name, url, { env }));
  results.bytes = await checkAnswers(running, target);
  say("all servers answer the same");
  const selected = Object.keys(workloads).filter(isSelected);
  results.rounds = await measureRounds(running, selected, options, target);
  await Promise.all(running.map((server) => server.end()));

  if (isSelected("statements")) {
    results.statements = {};
    const requests = options.quick ? 10 : 40;
    for (const name of names) results.statements[name] = await countStatements(name, url, env, { ...target, requests });
  }
  const profiledMs = options.quick ? 1_500 : 8_000;
  if (isSelected("collection")) {
    results.collection = await attempt("collection", () => measureCollection(url, env, profiledMs, target));
  }
  if (isSelected("workers")) {
    results.workers = (await attempt("workers", () => measureWorkers(url, env, options, target))) ?? "none";
  }
  await checkDatabase(url);
  return report(results);
}

/** A failure at the end of a long run does not discard the rest, but the exit code is 1. */
async function attempt(name, measure) {
  try {
    return await measure();
  } catch (error) {
    say(`${name} failed: ${error.stack}`);
    process.exitCode = 1;
    return undefined;
  }
}

/** Whether a name is selected; all are by default. Throws for an unknown one. */
function readNames(option, given, known) {
  const unknown = given?.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`${option} must be some of ${known.join(", ")}, got "${unknown}"`);
  return (name) => given?.includes(name) ?? true;
}
