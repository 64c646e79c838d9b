/** A subscription whose root field may not be there (GraphQL specification, September 2025, 5.2.4.1), over every transport. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestServer, type TestServer } from "../harness/server.js";
import { Random } from "../paging/random.js";
import { openTransports, type Transports } from "./every-transport.js";

const seed = Number(process.env.FUZZ_SEED ?? 20_261_129);

let server: TestServer;
let transports: Transports;
beforeAll(async () => {
  server = await startTestServer({ config: { worker: "off" } });
  transports = await openTransports(server, await server.signUp("ada"));
});
afterAll(async () => {
  await transports.close();
  await server.close();
});

/** A subscription with its root field inside fragments, and `directive` at one of these places. */
function written(random: Random, directive: string): string {
  const depth = random.integer(0, 4);
  const at = random.integer(0, depth);
  const definitions: string[] = [];
  // What is below the root may depend on what it likes.
  let selection = `postCreated ${at === 0 ? directive : ""} { cursor @include(if: true) post @skip(if: false) { id } }`;
  for (let n = 1; n <= depth; n += 1) {
    const here = at === n ? directive : "";
    if (random.isTrue(0.5)) {
      definitions.push(`fragment F${n} on Subscription { ${selection} }`);
      selection = `...F${n} ${here}`;
    } else {
      selection = `...${random.isTrue(0.5) ? " on Subscription" : ""} ${here} { ${selection} }`;
    }
    // The same fragment twice, and a fragment within itself, must not be followed for ever.
    if (random.isTrue(0.2)) selection = `${selection} ${selection}`;
  }
  const variables = directive.includes("$") ? "($if: Boolean!)" : "";
  return [
    `subscription ${variables} { ${selection} }`,
    ...(random.isTrue(0.5) ? definitions.reverse() : definitions),
  ].join("\n");
}

const directives = [
  "@skip(if: true)",
  "@skip(if: false)",
  "@include(if: true)",
  "@include(if: false)",
  "@skip(if: $if)",
  "@include(if: $if)",
];

describe.each(directives)("%s on the root field, or around it", (directive) => {
  test.each(["http", "sse", "websocket", "webhook"] as const)(`is refused over %s, seed ${seed}`, async (transport) => {
    for (let n = 0; n < 15; n += 1) {
      const query = written(new Random(seed + n), directive);
      const [error, ...more] = await transports[transport]({ query, variables: { if: true } });
      expect(error?.message, query).toContain(
        `The root field of a subscription must not have ${directive.split("(")[0]}.`,
      );
      expect(more, query).toEqual([]);
      if (transport === "webhook") continue;
      expect(error, query).toMatchObject({ extensions: { code: "GRAPHQL_VALIDATION_FAILED" }, locations: [{}] });
    }
  });
});

test("a fragment within itself is refused as such", async () => {
  const query =
    "subscription { ...A } fragment A on Subscription { ...B } fragment B on Subscription { ...A postCreated { id } }";
  for (const refuse of [transports.http, transports.sse, transports.websocket, transports.webhook]) {
    expect((await refuse({ query }))[0]?.message).toContain('Cannot spread fragment "A" within itself');
  }
});

test(`without a directive the same are taken, seed ${seed}`, async () => {
  const { token } = await server.signUp("bob");
  for (let n = 0; n < 15; n += 1) {
    const aborting = new AbortController();
    const search = new URLSearchParams({ query: written(new Random(seed + n), "") });
    const headers = { authorization: `Bearer ${token}` };
    const { status } = await fetch(`${server.url}/graphql/stream?${search}`, { headers, signal: aborting.signal });
    aborting.abort();
    expect(status, String(search)).toBe(200);
  }
});
