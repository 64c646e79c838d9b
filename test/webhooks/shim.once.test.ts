/** REST endpoints: description, health, metrics, refusals. */
import { Validator } from "@seriousme/openapi-schema-validator";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestServer, type TestServer } from "../harness/server.js";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ config: { webhookSources: [] } });
});
afterAll(() => server.close());

const get = (path: string, init: RequestInit = {}) => fetch(`${server.url}${path}`, init);

const paths = ["/health/live", "/health/ready", "/metrics", "/.well-known/jwks.json", "/openapi.json"];

test("/openapi.json is valid OpenAPI 3.1, and describes every route", async () => {
  const response = await get("/openapi.json");
  const document = (await response.json()) as { openapi: string; paths: Record<string, Record<string, object>> };
  const validator = new Validator();
  expect(await validator.validate(document)).toEqual({ valid: true });
  expect(validator.version).toBe("3.1");
  const described = Object.entries(document.paths).map(([path, item]) => [path, Object.keys(item)]);
  expect(Object.fromEntries(described)).toEqual({
    ...Object.fromEntries(paths.map((path) => [path, ["get"]])),
    "/webhooks/{source}": ["post"],
  });
});

test.each(paths)("%s answers GET and HEAD alike, OPTIONS, and no other method", async (path) => {
  const [got, head, options, other] = await Promise.all(
    ["GET", "HEAD", "OPTIONS", "DELETE"].map((method) => get(path, { method })),
  );
  expect([got?.status, head?.status, options?.status, other?.status]).toEqual([200, 200, 204, 405]);
  expect(await head?.text()).toBe("");
  expect(head?.headers.get("content-type")).toBe(got?.headers.get("content-type"));
  expect([options, other].map((each) => each?.headers.get("allow"))).toEqual(Array(2).fill("GET, HEAD, OPTIONS"));
});

test("what is not there, or not so, is a problem with the request's id", async () => {
  for (const [path, method, status] of [
    ["/nothing", "GET", 404],
    ["/webhooks/nobody", "POST", 404],
    ["/health/live", "PUT", 405],
  ] as const) {
    const response = await get(path, { method, headers: { "x-request-id": "one.two" } });
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    const title = status === 404 ? "Not Found" : "Method Not Allowed";
    const detail = expect.any(String);
    expect(await response.json()).toEqual({ type: "about:blank", title, status, detail, requestId: "one.two" });
  }
});

test("/health/ready says how much waits", async () => {
  const body = await (await get("/health/ready")).json();
  expect(body).toEqual({
    status: "ready",
    checks: { database: "up", bus: "up", relayLag: expect.any(Number), deliveriesWaiting: 0 },
  });
});

test("/metrics counts requests by route, and nothing that clients make up", async () => {
  await get("/graphql?query={viewer{id}}", { headers: { "apollo-require-preflight": "1" } });
  await get("/made-up-1");
  await get("/made-up-2", { method: "PATCH" });
  const text = await (await get("/metrics")).text();
  expect(text).toMatch(/parley_http_request_duration_seconds_count\{method="GET",route="\/graphql",status="200"\} 1/);
  expect(text).toMatch(/parley_http_request_duration_seconds_count\{method="other",route="other",status="404"\} 1/);
  expect(text).not.toContain("made-up");
  for (const name of ["live_connections", "live_groups", "relay_lag_events", "webhook_deliveries_waiting"])
    expect(text).toMatch(new RegExp(`^parley_${name} \\d+$`, "m"));
  expect(text).toMatch(/^process_cpu_user_seconds_total /m);
});

test("/metrics is not for whoever comes through a proxy, nor for anybody in production without a token", async () => {
  expect((await get("/metrics", { headers: { "x-forwarded-for": "203.0.113.1" } })).status).toBe(404);
  const closed = await startTestServer({ config: { production: true } });
  expect((await fetch(`${closed.url}/metrics`)).status).toBe(404);
  await closed.close();
  const open = await startTestServer({ config: { production: true, metricsToken: "a token for Prometheus" } });
  const metrics = (authorization: string) => fetch(`${open.url}/metrics`, { headers: { authorization } });
  expect((await metrics("Bearer another token")).status).toBe(401);
  expect((await metrics("Bearer a token for Prometheus")).status).toBe(200);
  await open.close();
});

test("a process that only works has health and metrics, and nothing else", async () => {
  const only = await startTestServer({ config: { worker: "only" } });
  const status = async (path: string) => (await fetch(`${only.url}${path}`)).status;
  expect(await Promise.all(["/health/live", "/health/ready", "/metrics"].map(status))).toEqual([200, 200, 200]);
  expect(await Promise.all(["/graphql", "/graphql/stream", "/webhooks/x", "/openapi.json"].map(status))).toEqual(
    Array(4).fill(404),
  );
  await only.close();
});
