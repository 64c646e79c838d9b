/** Rejects an upgrade request with a response on the raw socket, which Node no longer manages. */
import type { Duplex } from "node:stream";
import type { HeaderList } from "../errors.js";

export function refuseUpgrade(socket: Duplex, status: string, headers: HeaderList = []): void {
  // Node no longer handles errors of the socket: without a listener, a reset would end the process.
  socket.on("error", () => socket.destroy());
  socket.once("finish", () => socket.destroy());
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n${lines}\r\n`);
}
