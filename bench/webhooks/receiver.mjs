/** A receiver that answers 204 at once and counts. It does not verify signatures, since it is not measured. */
import { createServer } from "node:http";

const maxMs = 60_000;

export async function startReceiver() {
  let count = 0;
  let look = () => undefined;
  const server = createServer((request, response) => {
    request.resume();
    request.on("end", () => {
      response.writeHead(204).end();
      count += 1;
      look();
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    /** Resolves when `more` requests have come since it was called. */
    receive(more, begin) {
      const until = count + more;
      const all = new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`${count} of ${until} deliveries came`)), maxMs);
        look = () => {
          if (count < until) return;
          clearTimeout(timer);
          resolve();
        };
      });
      return Promise.all([all, begin()]);
    },
    end() {
      server.close();
      server.closeAllConnections();
    },
  };
}
