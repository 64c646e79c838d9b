/**
 * Counts SQL statements on the wire between a server and PostgreSQL, whatever driver it uses: messages Execute and Query
 * of the protocol (PostgreSQL documentation, "Message Formats"), and Parse, which a statement that is prepared needs once.
 */
import { connect, createServer } from "node:net";

/** Listens in front of the database at `url`; `url` of the answer is where a server finds it. */
export async function openCounter(url) {
  const target = new URL(url);
  const counts = { statements: 0, parses: 0 };
  const sockets = new Set();
  const server = createServer((client) => {
    const database = connect({ host: target.hostname, port: Number(target.port || 5432), noDelay: true });
    const see = messageReader(counts);
    client.setNoDelay(true);
    client.on("data", see);
    client.pipe(database).pipe(client);
    for (const socket of [client, database]) {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.once("close", () => {
        sockets.delete(socket);
        client.destroy();
        database.destroy();
      });
    }
  });
  await new Promise((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
  const front = new URL(url);
  front.hostname = "127.0.0.1";
  front.port = String(server.address().port);
  return {
    url: front.href,
    counts: () => ({ ...counts }),
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** The first message of a connection has no type: four bytes of length. The others: a type, and the length. */
function messageReader(counts) {
  let isStarted = false;
  let rest = Buffer.alloc(0);
  return (data) => {
    rest = rest.length === 0 ? data : Buffer.concat([rest, data]);
    for (;;) {
      const lengthAt = isStarted ? 1 : 0;
      if (rest.length < lengthAt + 4) return;
      const size = lengthAt + rest.readUInt32BE(lengthAt);
      if (rest.length < size) return;
      const type = isStarted ? String.fromCharCode(rest[0]) : "start";
      isStarted = true;
      rest = rest.subarray(size);
      if (type === "E" || type === "Q") counts.statements += 1;
      if (type === "P") counts.parses += 1;
    }
  };
}
