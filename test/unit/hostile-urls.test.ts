/** URLs that webhooks may not be sent to, each with its reason. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { createAddressCheck } from "../../src/webhooks/address.js";
import type { Resolve } from "../../src/webhooks/resolve.js";
import { createWebhookSender } from "../../src/webhooks/sender.js";
import { urlProblem } from "../../src/webhooks/url.js";

const production = { allowHttp: false, checkAddress: createAddressCheck([]) };
const development = { allowHttp: true, checkAddress: createAddressCheck([]) };

it.each([
  ["http://127.0.0.1/", "loopback"],
  ["http://127.255.255.254/", "loopback"],
  ["http://127.1/", "loopback"],
  ["http://0x7f.1/", "loopback"],
  ["http://0x7f000001/", "loopback"],
  ["http://0177.0.0.1/", "loopback"],
  ["http://017700000001/", "loopback"],
  ["http://2130706433/", "loopback"],
  ["http://127.0.0.1./", "loopback"],
  ["http://１２７.０.０.１/", "loopback"],
  ["http://127。0。0。1/", "loopback"],
  ["http://%31%32%37.0.0.1/", "loopback"],
  ["http://localhost/", "loopback"],
  ["http://LOCALHOST./", "loopback"],
  ["http://anything.localhost/", "loopback"],
  ["http://[::1]/", "loopback"],
  ["http://[0:0:0:0:0:0:0:1]/", "loopback"],
  ["http://[::ffff:127.0.0.1]/", "loopback"],
  ["http://[::ffff:7f00:1]/", "loopback"],
  ["http://[::127.0.0.1]/", "not a public address"],
  ["http://0.0.0.0/", "unspecified"],
  ["http://0/", "unspecified"],
  ["http://[::]/", "unspecified"],
  ["http://10.0.0.1/", "private"],
  ["http://172.16.0.1/", "private"],
  ["http://172.31.255.255/", "private"],
  ["http://192.168.1.1/", "private"],
  ["http://[::ffff:10.0.0.1]/", "private"],
  ["http://[fd00::1]/", "uniqueLocal"],
  ["http://100.64.0.1/", "carrierGradeNat"],
  ["http://169.254.169.254/latest/meta-data/", "linkLocal"],
  ["http://0xA9FEA9FE/", "linkLocal"],
  ["http://2852039166/", "linkLocal"],
  ["http://[::ffff:169.254.169.254]/", "linkLocal"],
  ["http://[fe80::1]/", "linkLocal"],
  ["http://[fd00:ec2::254]/", "uniqueLocal"],
  ["http://100.100.100.200/", "carrierGradeNat"],
  ["http://168.63.129.16/", "platform"],
  ["http://192.0.0.192/", "reserved"],
  ["http://192.0.2.1/", "reserved"],
  ["http://198.18.0.1/", "reserved"],
  ["http://224.0.0.1/", "multicast"],
  ["http://255.255.255.255/", "broadcast"],
  ["http://240.0.0.1/", "reserved"],
  ["http://[64:ff9b::7f00:1]/", "rfc6052"],
  ["http://[2002:7f00:1::]/", "6to4"],
  ["http://[2001:0:7f00:1::]/", "teredo"],
  ["http://[2001:db8::1]/", "reserved"],
  ["http://[ff02::1]/", "multicast"],
  ["http://[4000::1]/", "reserved"],
  ["http://user:password@example.org/", "credentials"],
  ["http://example.org@127.0.0.1/", "credentials"],
  ["http://example.org:22/", "port 22"],
  ["http://example.org:25/", "port 25"],
  ["http://example.org:5432/", "port 5432"],
  ["http://example.org:6379/", "port 6379"],
  ["http://example.org:2375/", "port 2375"],
  ["http://example.org:9200/", "port 9200"],
  ["http://example.org:27017/", "port 27017"],
  ["http://example.org:0/", "port 0"],
  ["http://example.org:65536/", "not an absolute URL"],
  ["ftp://example.org/", "scheme is ftp"],
  ["file:///etc/passwd", "scheme is file"],
  ["gopher://example.org:70/", "scheme is gopher"],
  ["javascript:alert(1)", "scheme is javascript"],
  ["data:text/plain,1", "scheme is data"],
  ["//example.org/", "not an absolute URL"],
  ["/hook", "not an absolute URL"],
  ["http://", "not an absolute URL"],
  ["http://[::1", "not an absolute URL"],
  ["http://256.256.256.256/", "not an absolute URL"],
  ["http://exa mple.org/", "not an absolute URL"],
])("%s is refused: %s", (url, reason) => {
  expect(urlProblem(url, development)).toContain(reason);
});

it("in production http is refused too, and https is not", () => {
  expect(urlProblem("http://example.org/hook", production)).toBe("it is not https");
  expect(urlProblem("https://example.org/hook", production)).toBeUndefined();
  expect(urlProblem("https://example.org:8443/hook?a=b", production)).toBeUndefined();
  expect(urlProblem("https://93.184.215.14/hook", production)).toBeUndefined();
  expect(urlProblem("https://[2606:2800:21f:cb07::1]/hook", production)).toBeUndefined();
});

it("networks that the operator allows are allowed, and no others", () => {
  const rules = { allowHttp: true, checkAddress: createAddressCheck(["10.1.0.0/16", "::1/128"]) };
  expect(urlProblem("http://10.1.2.3/", rules)).toBeUndefined();
  expect(urlProblem("http://[::ffff:10.1.2.3]/", rules)).toBeUndefined();
  expect(urlProblem("http://[::1]/", rules)).toBeUndefined();
  expect(urlProblem("http://10.2.0.1/", rules)).toContain("private");
  expect(urlProblem("http://127.0.0.1/", rules)).toContain("loopback");
  expect(urlProblem("http://10.1.2.3:6379/", rules)).toContain("port 6379");
});

const refused = "receiver.example has no address that webhooks may be sent to (WEBHOOK_ALLOW_NETWORKS)";

describe("a name", () => {
  const posting = { headers: {}, body: "{}" };
  const never = new AbortController().signal;

  /** Posts to a name, with a server on 127.0.0.1 that counts who reaches it. */
  async function reach(resolve: Resolve, allowed: readonly string[]) {
    let reached = 0;
    const server = createServer((_, response) => {
      reached += 1;
      response.writeHead(204, { connection: "close" }).end();
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const { port } = server.address() as AddressInfo;
    const rules = { allowHttp: true, checkAddress: createAddressCheck(allowed) };
    const poster = createWebhookSender({ ...rules, resolve, answerTimeoutMs: 5_000, elapsedMs: () => 0 });
    const url = `http://receiver.example:${port}/`;
    const attempts = [];
    for (let index = 0; index < 2; index += 1) attempts.push(await poster.post({ ...posting, url }, never));
    poster.close();
    server.close();
    return { reached, results: attempts.map(({ status, error }) => status ?? error) };
  }

  it("that resolves to an allowed address is reached at that address", async () => {
    expect(await reach(async () => ["127.0.0.1"], ["127.0.0.0/8"])).toEqual({ reached: 2, results: [204, 204] });
  });

  it.each(["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.1", "fd00:ec2::254"])(
    "that resolves to %s is refused, and nobody is connected to",
    async (address) => {
      const { reached, results } = await reach(async () => [address], []);
      expect(reached).toBe(0);
      expect(results[0]).toBe(refused);
    },
  );

  it("that resolves to a public address and a private one is refused", async () => {
    const { reached, results } = await reach(async () => ["93.184.215.14", "127.0.0.1"], []);
    expect([reached, results[0]]).toEqual([0, refused]);
  });

  it("that changes its answer is asked once for each connection, and that answer is checked and used", async () => {
    const answers = [["127.0.0.1"], ["127.0.0.2"]];
    let asked = 0;
    const resolve = async () => answers[asked++] ?? ["10.0.0.1"];
    const { reached, results } = await reach(resolve, ["127.0.0.1/32"]);
    expect({ reached, asked }).toEqual({ reached: 1, asked: 2 });
    expect(results).toEqual([204, refused]);
  });

  it("that has no address is refused as one that has a private one: nobody learns which names there are inside", async () => {
    const resolve = async () => Promise.reject(new Error("receiver.example has no address"));
    expect((await reach(resolve, [])).results[0]).toBe(refused);
  });
});

it("a redirect to another place is not followed", async () => {
  const paths: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    paths.push(request.url);
    response.writeHead(307, { location: "/elsewhere" }).end("moved");
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  const rules = { allowHttp: true, checkAddress: createAddressCheck(["127.0.0.1/32"]) };
  const resolve = async () => Promise.reject(new Error("a literal address is not looked up"));
  const poster = createWebhookSender({ ...rules, resolve, answerTimeoutMs: 5_000, elapsedMs: () => 0 });
  const url = `http://127.0.0.1:${port}/hook`;
  const attempt = await poster.post({ url, headers: {}, body: "{}" }, new AbortController().signal);
  expect(attempt).toMatchObject({ status: 307, responseExcerpt: "moved" });
  expect(paths).toEqual(["/hook"]);
  poster.close();
  server.close();
});
