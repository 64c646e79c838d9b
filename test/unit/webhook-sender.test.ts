/** One delivery attempt: behaviour of receivers, and the result. */
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createAddressCheck } from "../../src/webhooks/address.js";
import { createWebhookSender, type WebhookSender } from "../../src/webhooks/sender.js";

const never = new AbortController().signal;
let server: Server;
let poster: WebhookSender;
let behave: RequestListener;
let url: string;
beforeEach(async () => {
  server = createServer((request, response) => behave(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  poster = posterWith(60_000);
});
afterEach(async () => {
  poster.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function posterWith(answerTimeoutMs: number): WebhookSender {
  const rules = { allowHttp: true, checkAddress: createAddressCheck(["127.0.0.1/32"]) };
  const resolve = async () => Promise.reject(new Error("nothing is looked up"));
  return createWebhookSender({ ...rules, resolve, answerTimeoutMs, elapsedMs: () => performance.now() });
}

const post = (signal = never) => poster.post({ url, headers: { "x-one": "1" }, body: '{"ü":1}' }, signal);

it("posts the very bytes, with their length", async () => {
  const seen: unknown[] = [];
  behave = (request, response) => {
    request.on("data", (chunk: Buffer) => {
      seen.push(request.method, request.headers["content-length"], request.headers["x-one"], chunk.toString());
      response.writeHead(200).end();
    });
  };
  expect(await post()).toMatchObject({ status: 200, error: null, isTimeout: false });
  expect(seen).toEqual(["POST", "8", "1", '{"ü":1}']);
});

it("reads an answer without end up to a bound, and keeps the first 1,000 characters", async () => {
  behave = (_, response) => {
    response.writeHead(500);
    const write = () => {
      while (response.write("💡".repeat(1_000)));
    };
    response.on("drain", write);
    write();
  };
  const { status, responseExcerpt } = await post();
  expect([status, responseExcerpt]).toEqual([500, "💡".repeat(1_000)]);
});

it("keeps nothing of an answer that PostgreSQL could not store", async () => {
  behave = (_, response) => void response.writeHead(400).end(Buffer.from([0x61, 0x00, 0xff, 0x62]));
  expect(await post()).toMatchObject({ status: 400, responseExcerpt: "a\ufffd\ufffdb" });
});

it("takes the status of an answer that breaks off, or never ends", async () => {
  behave = (_, response) => {
    response.writeHead(202, { "content-length": "10" });
    response.write("half");
    setImmediate(() => response.destroy());
  };
  expect(await post()).toMatchObject({ status: 202, error: null, responseExcerpt: "half" });
  poster.close();
  poster = posterWith(100);
  behave = (_, response) => {
    response.writeHead(202);
    response.write("half");
  };
  expect(await post()).toMatchObject({ status: 202, isTimeout: false });
});

it("gives up on a receiver that does not answer in time", async () => {
  poster.close();
  poster = posterWith(100);
  behave = () => undefined;
  expect(await post()).toMatchObject({ status: null, error: "no answer within 0.1 s", isTimeout: true });
});

it("says why there was no answer", async () => {
  behave = (_, response) => void response.destroy();
  expect(await post()).toMatchObject({ status: null, error: "socket hang up", isTimeout: false });
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  expect((await post()).error).toMatch(/^connect ECONNREFUSED/);
  await new Promise<void>((resolve) => server.listen(0, resolve));
});

it("goes on with another connection when the receiver closes an idle one under it", async () => {
  let requests = 0;
  let dropped = false;
  behave = (request, response) => {
    requests += 1;
    if (requests === 2 && !dropped) {
      dropped = true;
      request.socket.destroy();
    } else {
      request.resume();
      response.writeHead(204).end();
    }
  };
  expect([(await post()).status, (await post()).status]).toEqual([204, 204]);
  expect({ requests, dropped }).toEqual({ requests: 3, dropped: true });
});

it("ends at once, without a word about the receiver, when the process stops", async () => {
  const stop = new AbortController();
  behave = () => stop.abort(new Error("stopping"));
  await expect(post(stop.signal)).rejects.toThrow("stopping");
});
