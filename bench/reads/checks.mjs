/** Checks that all servers answer the same, and counts bytes and SQL statements of an answer. */
import { median, say } from "../table.mjs";
import { bodyOf } from "./operations.mjs";
import { ask, start } from "./servers.mjs";
import { assertSame } from "./shapes.mjs";
import { openCounter } from "./statements.mjs";

const operations = ["Feed", "Post", "Deep", "AddComment"];

/** Throws when two answers differ. Resolves with the feed's size in bytes for each server. */
export async function checkAnswers(running, { posts, authorization }) {
  for (const operation of ["Feed", "Deep", "Constant"]) await checkAnswer(running, operation, 1);
  for (const id of [1, Math.floor(posts / 3), posts]) await checkAnswer(running, "Post", id);
  await checkAnswer(running, "AddComment", 1, { authorization });
  const feeds = await answersOf(running, "Feed", 1);
  return Object.fromEntries(Object.entries(feeds).map(([name, feed]) => [name, JSON.stringify(feed).length]));
}

async function checkAnswer(running, operation, postId, headers) {
  const answers = await answersOf(running, operation, postId, headers);
  for (const [name, { data, errors }] of Object.entries(answers)) {
    if (!data || errors) throw new Error(`${operation}: ${name} answers ${JSON.stringify(errors ?? data)}`);
  }
  // Each created its own comment.
  for (const { data } of Object.values(answers)) delete data.createComment?.comment.id;
  assertSame(operation, answers);
}

async function answersOf(running, operation, postId, headers) {
  const answers = {};
  for (const server of running) {
    answers[server.name] = await ask(server, bodyOf(server.dialect, operation, postId), headers);
  }
  return answers;
}

/**
 * Starts a server behind a counter and asks one thing after the other. Resolves with statements and parses of one
 * request for each operation: medians, as a server may also do something on its own.
 */
export async function countStatements(name, databaseUrl, env, { posts, authorization, requests }) {
  say(`statements: ${name}`);
  const counter = await openCounter(databaseUrl);
  const server = await start(name, counter.url, { env });
  const perRequest = {};
  try {
    for (const operation of operations) {
      const headers = operation === "AddComment" ? { authorization } : {};
      const statements = [];
      const parses = [];
      // The first half prepares statements and compiles.
      for (let request = 0; request < 2 * requests; request++) {
        const before = counter.counts();
        const { errors } = await ask(server, bodyOf(server.dialect, operation, 1 + (request % (posts / 2))), headers);
        if (errors) throw new Error(`${name}, ${operation}: ${JSON.stringify(errors)}`);
        if (request < requests) continue;
        const after = counter.counts();
        statements.push(after.statements - before.statements);
        parses.push(after.parses - before.parses);
      }
      perRequest[operation] = { statements: median(statements), parses: median(parses) };
    }
  } finally {
    await server.end();
    counter.close();
  }
  return perRequest;
}
