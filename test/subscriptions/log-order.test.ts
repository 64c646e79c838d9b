/** Events are numbered in commit order. PostgreSQL. */
import pg from "pg";
import { describe, expect, test } from "vitest";
import { databaseKind } from "../harness/database.js";
import { startTestServer, type TestServer } from "../harness/server.js";
import { listen, type SentEvent } from "./listener.js";
import { positionOf, positionsOf, range } from "./log.js";

const query = `subscription ($after: String) { events(after: $after) {
  __typename cursor ... on UserUpdated { occurredAt } } }`;

async function connect(server: TestServer): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: server.database.url });
  await client.connect();
  return client;
}

/** `year` tells the events apart. */
const insert = (year: number) => `INSERT INTO events (type, data, occurred_at)
  VALUES ('UserUpdated', '{"userId": 1}', '${year}-01-01T00:00:00Z')`;
const years = (events: readonly SentEvent[]) => events.map(({ occurredAt }) => Number(occurredAt.slice(0, 4)));

// The embedded database has one connection: there are no two transactions at a time.
describe.runIf(databaseKind === "postgres")("on PostgreSQL", () => {
  test("of two transactions that commit in the other order than they began, a cursor skips neither", async () => {
    const server = await startTestServer();
    const listener = await listen(server, { query });
    const [early, late] = [await connect(server), await connect(server)];
    await early.query("BEGIN");
    await early.query(insert(2031));
    await late.query("BEGIN");
    await late.query(insert(2032));
    await late.query("COMMIT");
    const [first] = await listener.events.first(1);
    expect(first?.occurredAt).toMatch(/^2032/);
    // Whoever comes back now has seen the second alone.
    const back = await listen(server, { query, variables: { after: first?.cursor } });
    await early.query("COMMIT");
    const events = await listener.events.first(2);
    expect(years(events)).toEqual([2032, 2031]);
    expect(positionsOf(events)).toEqual([1, 2]);
    expect(years(await back.events.first(1))).toEqual([2031]);
    const fromTheLog = await listen(server, { query, variables: { after: first?.cursor } });
    expect(years(await fromTheLog.events.first(1))).toEqual([2031]);
    await Promise.all([early.end(), late.end()]);
    await Promise.all([listener.close(), back.close(), fromTheLog.close()]);
    await server.close();
  });

  test("many transactions that overlap and partly roll back: every committed event once, numbered without a gap", async () => {
    const server = await startTestServer();
    const listener = await listen(server, { query });
    const clients = await Promise.all(range(1, 6).map(() => connect(server)));
    const committed = new Set<number>();
    let year = 3000;
    const run = async (client: pg.Client, turn: number) => {
      await client.query("BEGIN");
      const mine = range(1, (turn % 3) + 1).map(() => year++);
      for (const each of mine) await client.query(insert(each));
      const fails = turn % 5 === 0;
      await client.query(fails ? "ROLLBACK" : "COMMIT");
      if (!fails) for (const each of mine) committed.add(each);
    };
    await Promise.all(
      clients.map(async (client, index) => {
        for (const turn of range(0, 29)) await run(client, turn + index);
      }),
    );
    const events = await listener.events.first(committed.size);
    expect(positionsOf(events)).toEqual(range(1, committed.size));
    expect(new Set(years(events))).toEqual(committed);
    const replayed = await listen(server, { query, variables: { after: events[9]?.cursor } });
    const rest = await replayed.events.first(committed.size - 10);
    expect(rest.map(({ cursor }) => cursor)).toEqual(events.slice(10).map(({ cursor }) => cursor));
    expect(positionOf(events.at(-1)?.cursor)).toBe(committed.size);
    await Promise.all(clients.map((client) => client.end()));
    await Promise.all([listener.close(), replayed.close()]);
    await server.close();
  });
});
