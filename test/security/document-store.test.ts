/** The one store of parsed documents: what it may hold in memory, what never gets into it, and who shares it. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { type DocumentNode, parse, visit } from "graphql";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createExecute } from "../../src/execution/execute.js";
import { createDocumentGuard } from "../../src/graphql/documents/document-bounds.js";
import { DocumentStore, hashOf } from "../../src/graphql/documents/document-store.js";
import { loadSchema } from "../../src/graphql/schema.js";
import { createOperationReader } from "../../src/subscriptions/operation.js";
import { OperationErrors } from "../../src/subscriptions/operation-errors.js";
import { campaignSize } from "../harness/campaign-size.js";
import { limitsWith } from "../harness/limits.js";
import { startTestServer, type TestServer } from "../harness/server.js";
import { Random } from "../paging/random.js";
import { connectSocket, runOn } from "../subscriptions/socket.js";
import { broken, OperationWriter } from "./generated-operations.js";

const schema = await loadSchema();
const guard = createDocumentGuard(schema, limitsWith({}).document);
const seed = Number(process.env.FUZZ_SEED ?? 20_261_129);

function nodesOf(document: DocumentNode): number {
  let count = 0;
  visit(document, {
    enter() {
      count += 1;
    },
  });
  return count;
}

/** Shapes whose size in memory has little to do with the length of their text. */
const shapes: ReadonlyArray<(random: Random, n: number) => string> = [
  // Many nodes in few characters, or few in many.
  (random, n) => `query A${n}{${"a:__typename ".repeat(random.integer(1, 49))}}`,
  (random, n) => {
    const depth = random.integer(1, 100);
    return `{a${n}:__typename ${"...{".repeat(depth)}__typename${"}".repeat(depth)}}`;
  },
  (random, n) => `{viewer{a${n}:id ${"id ".repeat(random.integer(1, 49))}}}`,
  (random, n) => `{nodes(ids:[${'"",'.repeat(random.integer(1, 4_000))}]){a${n}:__typename}}`,
  (random, n) => `{a${n}:node(id:"${"x".repeat(random.integer(1, 90_000))}"){__typename}}`,
  (random, n) => `#${"é".repeat(random.integer(1, 40_000))}\n{a${n}:__typename}`,
  (random, n) => `{a${n}:__typename}${"\n ".repeat(random.integer(1, 20_000))}`,
  (random, n) => {
    const fragments = random.integer(1, 98);
    const names = Array.from({ length: fragments }, (_, of) => `fragment F${of} on Query{a${n}:__typename}`);
    return `{${names.map((_, of) => `...F${of} `).join("")}}${names.join("")}`;
  },
  (random, n) => `subscription{postCreated{a${n}:id ${"id,".repeat(random.integer(1, 49))}}}`,
];

function heapAfterCollection(): number {
  setFlagsFromString("--expose-gc");
  const collect: () => void = runInNewContext("gc");
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}

describe("what is stored", () => {
  test("takes memory in proportion to the nodes that are counted, with what is planned for it, whatever the shape", () => {
    const maxNodes = 60_000;
    const store = new DocumentStore(maxNodes);
    const reader = createOperationReader(schema, guard, { store });
    const execute = createExecute(schema);
    const random = new Random(seed);
    const context = { loaders: {}, log: { error: () => undefined } };
    const read = (source: string) => {
      try {
        const document = reader.parse(source);
        if (reader.kindOf({ query: source }) === "subscription") reader.read({ query: source }, null);
        else void execute({ document, variables: {}, context });
      } catch (error) {
        if (!(error instanceof Error)) throw error;
      }
    };
    for (const shape of shapes) read(shape(random, -1));
    const before = heapAfterCollection();
    let sent = 0;
    for (let n = 0; n < campaignSize(20_000, 2_000); n += 1) {
      const source = random.pick(shapes)(random, n);
      sent += source.length;
      read(source);
    }
    const { nodes, documents } = store.size;
    const retained = heapAfterCollection() - before;
    expect(sent).toBeGreaterThan(10_000_000);
    expect(documents).toBeGreaterThan(10);
    expect(nodes).toBeLessThanOrEqual(maxNodes);
    expect(nodes).toBeGreaterThan(maxNodes / 2);
    expect([seed, retained / maxNodes < 600 || retained / maxNodes]).toEqual([seed, true]);
  });

  test("is counted node by node, and keeps no token of the lexer", () => {
    for (let n = 0; n < 200; n += 1) {
      const store = new DocumentStore(1_000_000);
      const { query } = new OperationWriter({ schema, ids: ["a"], random: new Random(seed + n) }).write();
      const document = parse(query);
      store.set(hashOf(query), document);
      const counted = nodesOf(document) + Math.ceil(query.length / 100);
      expect([query, store.size.nodes]).toEqual([query, counted]);
      visit(document, {
        enter({ loc }) {
          expect(loc ?? {}).not.toHaveProperty("startToken");
        },
      });
    }
  });

  test("what is used stays, what is not goes", () => {
    const store = new DocumentStore(100);
    const put = (source: string) => store.set(hashOf(source), parse(source));
    put("{ used }");
    for (let n = 0; n < 100; n += 1) {
      put(`{ other${n} }`);
      expect(store.get(hashOf("{ used }"))).toBeDefined();
    }
    expect(store.get(hashOf("{ other0 }"))).toBeUndefined();
    put(`{ ${"large ".repeat(100)} }`);
    expect(store.get(hashOf("{ used }"))).toBeDefined();
    expect(store.size.nodes).toBeLessThanOrEqual(100);
  });
});

test("what is not valid is never stored, whoever reads it", () => {
  const store = new DocumentStore(1_000_000);
  const reader = createOperationReader(schema, guard, { store, introspection: false });
  const met = { valid: 0, refused: 0 };
  for (let n = 0; n < campaignSize(20_000, 2_000); n += 1) {
    const random = new Random(seed + n);
    const { query } = new OperationWriter({ schema, ids: ["a"], random }).write();
    const sent = random.isTrue(0.2)
      ? "{ __schema { types { name } } }"
      : random.isTrue(0.6)
        ? broken(query, random)
        : query;
    const before = store.size.documents;
    const known = store.get(hashOf(sent)) !== undefined;
    try {
      reader.parse(sent);
      met.valid += 1;
      expect(store.get(hashOf(sent))).toBeDefined();
    } catch (error) {
      expect([n, known]).toEqual([n, false]);
      if (!(error instanceof OperationErrors)) expect(error).toHaveProperty("extensions.code");
      met.refused += 1;
      expect(store.size.documents).toBe(before);
    }
  }
  expect(met.valid).toBeGreaterThan(100);
  expect(met.refused).toBeGreaterThan(100);
});

describe("over HTTP, Server-Sent Events and WebSocket", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.close());

  const overHttp = async (query: string) => (await server.graphql(query)).body;
  const overStream = async (query: string) => {
    const headers = { "content-type": "application/json", accept: "text/event-stream" };
    const body = JSON.stringify({ query });
    const response = await fetch(`${server.url}/graphql/stream`, { method: "POST", headers, body });
    const [, data = "{}"] = /data: (\{.*\})/.exec(await response.text()) ?? [];
    return JSON.parse(data);
  };
  const overSocket = async (query: string) => {
    const socket = await connectSocket(server.url);
    const [result] = await runOn(socket, "1", { query });
    await socket.close();
    return result?.payload;
  };
  const ways = { overHttp, overStream, overSocket };
  const names = ["overHttp", "overStream", "overSocket"] as const;
  const orders = names.flatMap((one) => names.filter((each) => each !== one).map((two) => [one, two] as const));

  test.each(orders)("a valid document is stored by the first, %s, and found by %s", async (one, two) => {
    const query = `{ ${one}_${two}: __typename }`;
    const set = vi.spyOn(DocumentStore.prototype, "set");
    try {
      const answer = await ways[one](query);
      expect(answer).toMatchObject({ data: { [`${one}_${two}`]: "Query" } });
      expect(set.mock.calls.map(([hash]) => hash)).toEqual([hashOf(query)]);
      expect(await ways[two](query)).toEqual(answer);
      expect(set).toHaveBeenCalledTimes(1);
    } finally {
      set.mockRestore();
    }
  });

  test("errors say where they are, in a document that was just parsed and in one that was stored", async () => {
    const query = '{\n  fine: __typename\n  user(id: "nonsense") { id } }';
    const first = await overHttp(query);
    const again = await overHttp(query);
    expect(first.errors?.[0]).toMatchObject({ locations: [{ line: 3, column: 3 }] });
    expect(again).toEqual(first);
    const invalid = await overHttp("{\n  nothing }");
    expect(invalid.errors?.[0]).toMatchObject({ locations: [{ line: 2, column: 3 }] });
  });
});
