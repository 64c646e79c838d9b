/** `COMPILED_EXECUTION=off`: the same results from graphql-js. */
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { Planner } from "../../../src/execution/planner.js";
import { startTestServer, type TestServer } from "../../harness/server.js";
import { post } from "../../subscriptions/acting.js";
import { listen } from "../../subscriptions/listener.js";
import { fillCommunity } from "./community.js";
import { failingReads, reads } from "./operations.js";

let compiling: TestServer;
let plain: TestServer;
beforeAll(async () => {
  const start = (compiledExecution: boolean) => startTestServer({ config: { compiledExecution }, seed: fillCommunity });
  [compiling, plain] = await Promise.all([start(true), start(false)]);
});
afterAll(() => Promise.all([compiling.close(), plain.close()]));
afterEach(() => vi.restoreAllMocks());

const operations = [...reads, ...failingReads].map((asked) => ({ name: JSON.stringify(asked), asked }));

test.each(operations)("$name", async ({ asked: { query, variables, operationName } }) => {
  const ask = async ({ url }: TestServer) => {
    const response = await fetch(`${url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query, variables, operationName }),
    });
    return { status: response.status, body: await response.text() };
  };
  expect(await ask(plain)).toEqual(await ask(compiling));
});

test("it makes no plan, for requests and listeners", async () => {
  const plans = vi.spyOn(Planner.prototype, "planOperation");
  for (const { server, planned } of [
    { server: plain, planned: false },
    { server: compiling, planned: true },
  ]) {
    const subscription = { query: "subscription { postCreated { post { title author { handle } } } }" };
    const listener = await listen(server, subscription);
    const eve = await server.signUp("eve");
    await post(server.url, eve, "Fourth");
    expect(await listener.events.first(1)).toEqual([{ post: { title: "Fourth", author: { handle: "eve" } } }]);
    expect(plans.mock.calls.length > 0).toBe(planned);
    await listener.close();
  }
});
