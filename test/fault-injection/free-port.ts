/**
 * A port that nobody listens on, for programs that cannot pick one themselves. Below those that systems give to clients
 * and to servers on port 0: it stays free while its program is away.
 */
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";

export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(15_000, 32_000);
    const server = createServer().listen(port, "127.0.0.1");
    try {
      await once(server, "listening");
    } catch {
      // Another program has it.
      continue;
    }
    server.close();
    await once(server, "close");
    return port;
  }
}
