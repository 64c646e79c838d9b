/**
 * Inside Parley: writes events by SQL on request (the embedded database has no other access), and counts statements at
 * the drivers. The server is dist/main.js, unchanged.
 */
import { PGlite } from "@electric-sql/pglite";
import pg from "pg";
import { onAsk } from "../probe.mjs";
import { insertEvents } from "./insert-events.mjs";

let embedded;
let writer;
let statements = 0;

const pgliteQuery = PGlite.prototype.query;
PGlite.prototype.query = function query(...args) {
  embedded = this;
  statements += 1;
  return Reflect.apply(pgliteQuery, this, args);
};

const pgQuery = pg.Client.prototype.query;
pg.Client.prototype.query = function query(...args) {
  statements += 1;
  return Reflect.apply(pgQuery, this, args);
};

onAsk("emit", async ({ count, postId, authorId }) => {
  const values = [count, postId, authorId];
  if (embedded !== undefined) {
    await Reflect.apply(pgliteQuery, embedded, [insertEvents, values]);
    return;
  }
  writer ??= await connectWriter();
  await Reflect.apply(pgQuery, writer, [insertEvents, values]);
});
onAsk("statements", () => statements);

async function connectWriter() {
  const client = new pg.Client({ connectionString: process.env.DATABASE_URL });
  await client.connect();
  return client;
}
