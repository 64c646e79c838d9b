/** Role changes by another process take effect at once, for every kind of credential. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Role } from "../../src/generated/prisma/enums.js";
import { changeRole } from "../../src/services/roles.js";
import { graphql } from "../harness/client.js";
import { startTestServer, type TestServer } from "../harness/server.js";
import { until } from "../subscriptions/inbox.js";
import { connectSocket, runOn } from "../subscriptions/socket.js";
import { makeKey } from "./keys.js";
import { createClock } from "./sessions.js";

const roles: readonly Role[] = ["USER", "MODERATOR", "ADMIN"];
const changes = roles.flatMap((from) => roles.filter((to) => to !== from).map((to) => ({ from, to })));

const query = "{ reports { totalCount } }";
/** Which of what needs a role is refused. */
const refusalsOf: Readonly<Record<Role, readonly string[]>> = {
  USER: ["auditLog", "reports"],
  MODERATOR: ["auditLog"],
  ADMIN: [],
};

async function refusals(url: string, token: string): Promise<string[]> {
  const { body } = await graphql(url, query, {}, { token });
  const log = await graphql(url, "{ auditLog { totalCount } }", {}, { token });
  const errors = [...(body.errors ?? []), ...(log.body.errors ?? [])];
  expect(errors.every(({ extensions }) => extensions.code === "FORBIDDEN")).toBe(true);
  return errors.map(({ path }) => String(path?.[0])).sort();
}

describe("on one instance, whose clock stands: nothing is forgotten by time", () => {
  const clock = createClock();
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({ now: clock.now });
  });
  afterAll(() => server.close());

  test.each(changes)("from $from to $to", async ({ from, to }) => {
    const { prisma } = server.database;
    const handle = `${from}_to_${to}`.toLowerCase();
    const account = await server.signUp(handle);
    expect(await changeRole(prisma, handle, from, clock.now())).toBe(true);
    const key = await makeKey(server.url, account.token, { scopes: ["READ", "MODERATE"] });
    const tokens = [account.token, key.secret];
    const socket = await connectSocket(server.url, account.token);
    const hasRole = (role: Role) => async () =>
      (await Promise.all(tokens.map((token) => refusals(server.url, token)))).every(
        (refused) => String(refused) === String(refusalsOf[role]),
      );
    await until(hasRole(from));
    await changeRole(prisma, handle, to, clock.now());
    await until(hasRole(to));
    const [answer] = await runOn(socket, "1", { query });
    const errors = (answer?.payload as { errors?: object[] } | undefined)?.errors ?? [];
    expect(errors.length > 0).toBe(to === "USER");
    await socket.close();
  });

  test("of nobody", async () => {
    expect(await changeRole(server.database.prisma, "nobody", "ADMIN", clock.now())).toBe(false);
  });
});
