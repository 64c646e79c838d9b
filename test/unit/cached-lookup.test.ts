/** Cache of sessions in the authenticator. */
import { expect, it } from "vitest";
import { createAuthenticator } from "../../src/auth/viewer.js";
import type { Query } from "../../src/db/database.js";

let time = Date.parse("2026-11-21T12:00:00Z");
const now = () => new Date(time);
const expiresAt = new Date(time + 900_000);
const tokens = {
  sign: () => Promise.reject(new Error("not asked for")),
  verify: async (token: string) => ({ userId: 1, sessionId: token, expiresAt }),
};

/** A database that answers when the test lets it, and in which sessions end. */
function openDatabase() {
  const waiting: (() => void)[] = [];
  let isAlive = true;
  let asked = 0;
  const query = async (): Promise<unknown[]> => {
    asked += 1;
    const rows = isAlive ? [{ userId: 1, role: "USER" }] : [];
    await new Promise<void>((resolve) => waiting.push(resolve));
    return rows;
  };
  return {
    query: query as Query,
    answer: () => {
      for (const resolve of waiting.splice(0)) resolve();
    },
    endSession: () => {
      isAlive = false;
    },
    asked: () => asked,
  };
}

const tick = () => new Promise((resolve) => setImmediate(resolve));

async function authenticate(authenticator: ReturnType<typeof createAuthenticator>, answer: () => void) {
  const viewer = authenticator.authenticate("Bearer a-token");
  await tick();
  answer();
  return viewer;
}

it("a session is looked up once in ten seconds", async () => {
  const database = openDatabase();
  const authenticator = createAuthenticator(tokens, database.query, now);
  for (let n = 0; n < 3; n += 1) {
    expect(await authenticate(authenticator, database.answer)).toMatchObject({
      id: 1,
      role: "USER",
      sessionId: "a-token",
    });
  }
  expect(database.asked()).toBe(1);
  database.endSession();
  time += 10_000;
  expect(await authenticate(authenticator, database.answer)).toMatchObject({ id: 1 });
  time += 1;
  await expect(authenticate(authenticator, database.answer)).rejects.toThrow("The session has ended");
  expect(database.asked()).toBe(2);
});

it("a session that ends here is forgotten at once", async () => {
  const database = openDatabase();
  const authenticator = createAuthenticator(tokens, database.query, now);
  await authenticate(authenticator, database.answer);
  database.endSession();
  authenticator.invalidateViewers();
  await expect(authenticate(authenticator, database.answer)).rejects.toThrow("The session has ended");
});

it("a session that ends while it is looked up has ended, whatever the answer said", async () => {
  const database = openDatabase();
  const authenticator = createAuthenticator(tokens, database.query, now);
  const early = authenticator.authenticate("Bearer a-token");
  await tick();
  database.endSession();
  authenticator.invalidateViewers();
  database.answer();
  await tick();
  database.answer();
  await expect(early).rejects.toThrow("The session has ended");
  expect(database.asked()).toBe(2);
});

it("a session that lives on while another ends is looked up again, and remembered then", async () => {
  const database = openDatabase();
  const authenticator = createAuthenticator(tokens, database.query, now);
  const viewer = authenticator.authenticate("Bearer a-token");
  await tick();
  authenticator.invalidateViewers();
  database.answer();
  await tick();
  database.answer();
  expect(await viewer).toMatchObject({ id: 1 });
  expect(await authenticator.authenticate("Bearer a-token")).toMatchObject({ id: 1 });
  expect(database.asked()).toBe(2);
});

it("an end that was not found is not remembered: the session may be new", async () => {
  const database = openDatabase();
  let exists = false;
  const query = (async () => (exists ? [{ userId: 1, role: "USER" }] : [])) as Query;
  const authenticator = createAuthenticator(tokens, query, now);
  await expect(authenticator.authenticate("Bearer a-token")).rejects.toThrow("The session has ended");
  exists = true;
  expect(await authenticator.authenticate("Bearer a-token")).toMatchObject({ id: 1 });
  expect(database.asked()).toBe(0);
});
