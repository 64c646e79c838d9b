/** Caches: each header of a request that changes an answer they may keep is in its `Vary` (RFC 9110, 12.5.5). */
import { request as open } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Account, startTestServer, type TestServer } from "../harness/server.js";

const friend = "https://app.example.org";
let server: TestServer;
let ada: Account;
beforeAll(async () => {
  server = await startTestServer({ config: { allowedOrigins: [friend], publicCacheSeconds: 30, playground: true } });
  ada = await server.signUp("ada");
  const query = "mutation ($input: CreatePostInput!) { createPost(input: $input) { post { id } } }";
  await server.graphql(query, { input: { title: "Long", content: "word ".repeat(2_000) } }, { token: ada.token });
});
afterAll(() => server.close());

interface Answer {
  readonly status: number | undefined;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: string;
}

/** Resolves when the answer has ended, or its first piece has come. */
function get(path: string, headers: Record<string, string>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = open(`${server.url}${path}`, { headers, agent: false }, async (answer) => {
      const isStream = String(answer.headers["content-type"]).startsWith("text/event-stream");
      const chunks = await (isStream ? answer.take(1) : answer).toArray();
      resolve({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(chunks).toString("base64") });
    });
    sent.on("error", reject).end();
  });
}

const query = (text: string) => `query=${encodeURIComponent(text)}`;
const paths = [
  `/graphql?${query("{ posts { nodes { content } } }")}`,
  `/graphql?${query("{ viewer { id } }")}`,
  `/graphql?${query("{ nothing }")}`,
  `/graphql/stream?${query("{ posts { nodes { content } } }")}`,
  `/graphql/stream?${query("subscription { postCreated { cursor } }")}`,
  "/graphql",
  "/health/live",
  "/openapi.json",
  "/.well-known/jwks.json",
  "/metrics",
  "/nothing",
];

const headers = (): [name: string, value: string][] => [
  ["accept", "application/graphql-response+json"],
  ["accept", "text/html"],
  ["accept", "image/png"],
  ["accept-encoding", "br"],
  ["accept-language", "de"],
  ["apollo-require-preflight", "2"],
  ["authorization", `Bearer ${ada.token}`],
  ["authorization", "Bearer nonsense"],
  ["content-type", "application/json"],
  ["cookie", "a=b"],
  ["idempotency-key", "a"],
  ["idempotency-key", "x".repeat(1_000)],
  ["last-event-id", "nonsense"],
  ["origin", friend],
  ["origin", "https://evil.example.org"],
  ["range", "bytes=0-1"],
  ["sec-fetch-mode", "cors"],
  ["user-agent", "a browser"],
  ["x-graphql-cost", "report"],
];

/** Differ from answer to answer, whatever was asked. */
const own = ["date", "x-request-id", "connection", "keep-alive"];

function shown({ status, headers: all, body }: Answer) {
  return {
    status,
    body,
    headers: Object.entries(all).filter(([name]) => !own.includes(name) && !/^ratelimit/.test(name)),
  };
}

const mayBeKept = ({ headers: all }: Answer) => all["cache-control"] !== "no-store";
/** Problem details repeat the id of their request. */
const always = { "apollo-require-preflight": "1", "x-request-id": "test" };

describe.each(paths)("GET %s", (path) => {
  test("names in Vary what changes it", async () => {
    const plain = await get(path, always);
    for (const [name, value] of headers()) {
      const other = await get(path, { ...always, [name]: value });
      const isSame = JSON.stringify(shown(plain)) === JSON.stringify(shown(other));
      if (isSame || !mayBeKept(plain)) continue;
      const vary = String(plain.headers.vary).split(/, */);
      expect(vary, `${name}: ${value}`).toContain(name);
    }
  });
});

test("an answer that tells its cost is not kept for those that did not ask", async () => {
  const [path = ""] = paths;
  const [plain, reported] = [await get(path, always), await get(path, { ...always, "x-graphql-cost": "report" })];
  expect(reported.body).not.toBe(plain.body);
  for (const { headers: all } of [plain, reported]) expect(String(all.vary).split(/, */)).toContain("x-graphql-cost");
});
