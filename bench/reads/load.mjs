/**
 * An HTTP/1.1 client that costs little beside what it measures: keep-alive connections, prebuilt requests, and only the
 * part of a response read that shows that it is complete and without errors.
 */
import { connect } from "node:net";

const headEnd = Buffer.from("\r\n\r\n");
const chunkedEnd = Buffer.from("\r\n0\r\n\r\n");
/** Start of a response without errors, and the marker of one with errors. */
const dataKey = Buffer.from('"data"');
const errorsKey = Buffer.from('"errors"');
const drainMs = 15_000;

/** The bytes of one POST. */
export function requestBytes(url, body, headers = {}) {
  const { host, pathname } = new URL(url);
  const lines = Object.entries({
    host,
    "content-type": "application/json",
    accept: "application/json",
    "content-length": Buffer.byteLength(body),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`POST ${pathname} HTTP/1.1\r\n${lines.join("")}\r\n${body}`);
}

/** Opens connections. Each `run` sends one request after the other on each of them. */
export async function openLoad(url, count) {
  const { hostname, port } = new URL(url);
  const connections = await Promise.all(Array.from({ length: count }, () => open(hostname, Number(port))));
  return {
    run: (next, ms) => run(connections, next, ms),
    close: () => {
      for (const { socket } of connections) socket.destroy();
    },
  };
}

/** For `ms`, then until what is in flight is answered. Requests begun in the time count, with all their latency. */
async function run(connections, next, ms) {
  const latencies = [];
  let bytes = 0;
  const began = performance.now();
  const until = began + ms;
  await Promise.all(
    connections.map(async (connection) => {
      for (let now = performance.now(); now < until; ) {
        bytes = await connection.send(next());
        const end = performance.now();
        latencies.push(end - now);
        now = end;
      }
    }),
  );
  const seconds = (performance.now() - began) / 1000;
  return { perSecond: latencies.length / seconds, latencies, bytes };
}

function open(host, port) {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true });
    let received = [];
    let size = 0;
    let expected;
    let waiting;

    const settle = (how, value) => {
      const { [how]: call } = waiting ?? {};
      waiting = undefined;
      received = [];
      size = 0;
      expected = undefined;
      call?.(value);
    };
    socket.setTimeout(drainMs, () => socket.destroy(new Error(`no answer in ${drainMs / 1000} s`)));
    socket.once("connect", () =>
      resolve({
        socket,
        /** Resolves with the size of the response's body. */
        send: (bytes) =>
          new Promise((done, failed) => {
            waiting = { done, failed };
            socket.write(bytes);
          }),
      }),
    );
    socket.on("error", (error) => (waiting === undefined ? reject(error) : settle("failed", error)));
    socket.on("close", () => settle("failed", new Error("the server closed the connection")));
    socket.on("data", (data) => {
      received.push(data);
      size += data.length;
      if (expected !== undefined && expected > size) return;
      const all = received.length === 1 ? data : Buffer.concat(received);
      received = [all];
      try {
        expected ??= wholeSize(all);
        if (expected === undefined || expected > size) return;
        const body = check(all);
        settle("done", body);
      } catch (error) {
        settle("failed", error);
      }
    });
  });
}

/** Bytes of the whole response; undefined while it is unknown. */
function wholeSize(all) {
  const end = all.indexOf(headEnd);
  if (end === -1) return undefined;
  const head = all.toString("latin1", 0, end);
  const [, length] = /^content-length: *(\d+)/im.exec(head) ?? [];
  if (length !== undefined) return end + headEnd.length + Number(length);
  if (!/^transfer-encoding: *chunked/im.test(head)) throw new Error(`a response without length: ${head}`);
  return all.subarray(-chunkedEnd.length).equals(chunkedEnd) ? all.length : undefined;
}

function check(all) {
  const start = all.indexOf(headEnd) + headEnd.length;
  const isGood =
    all.toString("latin1", 9, 12) === "200" &&
    all.subarray(start, start + 24).includes(dataKey) &&
    !all.subarray(-200).includes(errorsKey);
  if (!isGood) throw new Error(`a bad answer: ${all.toString("utf8", 0, 1_000)}`);
  return all.length - start;
}
