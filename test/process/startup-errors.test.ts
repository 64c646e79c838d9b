import { once } from "node:events";
import { readdir, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { describe, expect, inject, onTestFinished, test } from "vitest";
import { runCommandProcess, type Settings } from "../harness/process.js";
import { databaseUrl } from "../harness/templates.js";
import { dataDirectory, emptyDirectory, hasPostgres, launched } from "./started.js";

const password = "hunter2-is-secret";

/** Starts the server, which must refuse, and returns the message. */
async function refusal(settings: Settings): Promise<string> {
  const server = launched({ DATA_DIR: join(await emptyDirectory(), "data"), DEMO: "off", ...settings });
  expect(await server.exit).toEqual({ code: 1, signal: null });
  expect(server.output).toEqual([]);
  const errors = server.errors();
  expect(errors).not.toMatch(/^\s+at /m);
  expect(errors).not.toContain(password);
  expect(errors.endsWith("\n")).toBe(true);
  return errors.slice(0, -1);
}

/** Listens on a free port until the test is over. */
async function listenOn(onConnection: (socket: Socket) => void): Promise<{ server: Server; port: number }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on("error", () => undefined));
    onConnection(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { server, port: (server.address() as AddressInfo).port };
}

describe("settings", () => {
  test("all that are wrong are named at once, with what was expected and what came", async () => {
    const message = await refusal({ PORT: "99999", HOST: " ", LOG_LEVEL: "loud", NODE_ENV: "prod", DEMO: "yes" });
    expect(message.split("\n")).toEqual([
      "Invalid settings:",
      '  PORT must be a whole number from 0 to 65535, got "99999"',
      '  NODE_ENV must be one of production, development, test, got "prod"',
      '  LOG_LEVEL must be one of trace, debug, info, warn, error, fatal, silent, got "loud"',
      '  DEMO must be one of on, off, got "yes"',
    ]);
  });

  for (const url of [`mysql://u:${password}@127.0.0.1/db`, `postgresql://u:${password}@[bad/db`, password]) {
    test(`a DATABASE_URL of the wrong form (${url.slice(0, 12)}…) is not repeated`, async () => {
      expect(await refusal({ DATABASE_URL: url })).toMatch(/^Invalid settings:\n {2}DATABASE_URL must be a URL/);
    });
  }

  test("a host name that does not exist", async () => {
    expect(await refusal({ HOST: "no-such-host.invalid" })).toMatch(/^Cannot listen on HOST "no-such-host\.invalid": /);
  });

  test("an address of another machine", async () => {
    expect(await refusal({ HOST: "192.0.2.1" })).toMatch(/^Cannot listen on HOST "192\.0\.2\.1": /);
  });

  test("a port in use, before the directory is touched", async () => {
    const { port } = await listenOn(() => undefined);
    const directory = await emptyDirectory();
    const message = await refusal({ PORT: String(port), DATA_DIR: directory });
    expect(message).toBe(`PORT ${port} is in use on 127.0.0.1: stop the process that uses it, or set another PORT.`);
    expect(await readdir(directory)).toEqual([]);
  });
});

describe("DATA_DIR", () => {
  test("a file in its place", async () => {
    const file = join(await emptyDirectory(), "data");
    await writeFile(file, "");
    const expected = `DATA_DIR must be a writable directory, got "${file}": EEXIST`;
    expect(await refusal({ DATA_DIR: file })).toContain(expected);
    expect(await refusal({ DATA_DIR: join(file, "below") })).toContain("DATA_DIR must be a writable directory");
  });

  test("a place where no directory can be made", async () => {
    expect(await refusal({ DATA_DIR: "/proc/parley" })).toContain('a writable directory, got "/proc/parley": ENOENT');
    expect(await refusal({ DATA_DIR: "/proc" })).toContain('a writable directory, got "/proc": ');
  });

  test("a database whose files are damaged", async () => {
    const directory = await dataDirectory();
    await writeFile(join(directory, "db/global/pg_control"), "damaged");
    const message = await refusal({ DATA_DIR: directory });
    expect(message).toContain(
      `DATA_DIR "${directory}": the embedded database in ${join(directory, "db")} cannot be opened`,
    );
    expect(await readdir(directory)).not.toContain("lock");
  });
});

describe("DATABASE_URL", () => {
  test("nothing listens there", async () => {
    const { server, port } = await listenOn(() => undefined);
    server.close();
    const message = await refusal({ DATABASE_URL: `postgresql://ada:${password}@127.0.0.1:${port}/db` });
    expect(message).toBe(
      `DATABASE_URL: the database at 127.0.0.1:${port}/db does not answer: connect ECONNREFUSED 127.0.0.1:${port}`,
    );
    const twoAddresses = await refusal({ DATABASE_URL: `postgresql://ada:${password}@localhost:${port}/db` });
    expect(twoAddresses).toContain("ECONNREFUSED");
  });

  test("a host name that does not exist", async () => {
    const message = await refusal({ DATABASE_URL: `postgresql://ada:${password}@no-such-host.invalid/db` });
    expect(message).toMatch(
      /^DATABASE_URL: the database at no-such-host\.invalid:5432\/db does not answer: getaddrinfo/,
    );
  });

  test("something listens that says nothing", async () => {
    const { port } = await listenOn(() => undefined);
    const message = await refusal({ DATABASE_URL: `postgresql://ada:${password}@127.0.0.1:${port}/db` });
    expect(message).toMatch(/^DATABASE_URL: the database at .* does not answer: .*timeout/);
  });

  test("something listens that is no PostgreSQL", async () => {
    const { port } = await listenOn((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    const message = await refusal({ DATABASE_URL: `postgresql://ada:${password}@127.0.0.1:${port}/db` });
    expect(message).toMatch(/^DATABASE_URL: the database at .* does not answer: /);
  });

  test("the password is wrong", async () => {
    // As PostgreSQL talks (its manual, "Message Formats"): it asks for the password, gets it, and refuses.
    const { port } = await listenOn(async (socket) => {
      await once(socket, "data");
      socket.write(Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3]));
      const [answer] = await once(socket, "data");
      expect(String(answer)).toContain(password);
      const fields = 'SFATAL\0VFATAL\0C28P01\0Mpassword authentication failed for user "ada"\0\0';
      const head = Buffer.alloc(5);
      head.write("E");
      head.writeUInt32BE(fields.length + 4, 1);
      socket.end(Buffer.concat([head, Buffer.from(fields)]));
    });
    const message = await refusal({ DATABASE_URL: `postgresql://ada:${password}@127.0.0.1:${port}/db` });
    expect(message).toBe(
      `DATABASE_URL: the database at 127.0.0.1:${port}/db does not answer: password authentication failed for user "ada"`,
    );
  });

  test.skipIf(!hasPostgres)("a database that does not exist, for the server and for the commands", async () => {
    const url = new URL(databaseUrl(inject("postgresUrl"), "parley_no_such_database"));
    url.password = password;
    const expected = 'does not answer: database "parley_no_such_database" does not exist';
    expect(await refusal({ DATABASE_URL: url.href })).toContain(expected);
    const migrate = await runCommandProcess("migrate", [], { DATABASE_URL: url.href });
    expect(migrate).toMatchObject({ code: 1, output: "" });
    expect(migrate.errors).toContain(expected);
    expect(migrate.errors.trim().split("\n")).toHaveLength(1);
    expect(migrate.errors).not.toContain(password);
  });
});
