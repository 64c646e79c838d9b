/** A minimal server: `ws.send` of one ready text to every socket, for each event. */
import { WebSocketServer } from "ws";
import { onAsk } from "../probe.mjs";

const frame = process.env.BENCH_FRAME;
const sockets = new WebSocketServer({ host: "127.0.0.1", port: 0, handleProtocols: ([protocol]) => protocol });

sockets.on("connection", (socket) => {
  socket.on("message", (data) => {
    if (JSON.parse(data).type === "connection_init") socket.send('{"type":"connection_ack"}');
  });
});

onAsk("emit", ({ count }) => {
  for (let event = 0; event < count; event++) {
    for (const socket of sockets.clients) socket.send(frame);
  }
});

sockets.once("listening", () => process.stdout.write(`ready at ws://127.0.0.1:${sockets.address().port}\n`));
