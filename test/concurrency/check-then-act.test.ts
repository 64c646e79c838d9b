/**
 * What is checked still holds when it is acted upon: each operation that opens, continues or ends sessions is held before
 * each of its steps, while another of them runs as far as it can. Whatever the order, the outcome is one that the two
 * could have had one after the other.
 */
import { createHash } from "node:crypto";
import { hash } from "@node-rs/argon2";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Viewer } from "../../src/auth/viewer.js";
import type { ContextDependencies } from "../../src/graphql/context.js";
import { createServices, type Services } from "../../src/services/services.js";
import type { IdempotencyScope } from "../../src/services/transaction.js";
import { campaignSize } from "../harness/campaign-size.js";
import { dependenciesOn, unhurried } from "../harness/context.js";
import { openTestDatabase, type TestDatabase } from "../harness/database.js";
import { Random } from "../paging/random.js";
import { holdAt, untilItWaits } from "./held.js";

let database: TestDatabase;
let dependencies: ContextDependencies;
let cheapHash: string;
let moderator: Viewer;
beforeAll(async () => {
  database = await openTestDatabase();
  dependencies = await dependenciesOn(database, () => new Date());
  // As every hash, but made in less time: what is verified says how.
  cheapHash = await hash(oldPassword, { memoryCost: 8, timeCost: 1, parallelism: 1 });
  moderator = { ...(await makeUser("MODERATOR")), role: "MODERATOR" };
});
afterAll(() => database.close());

const oldPassword = "the old password";
const newPassword = "the new password";

/** An account with two sessions: the one at hand, and another. */
interface Scene {
  readonly viewer: Viewer;
  readonly email: string;
  readonly refreshToken: string;
  /** As the account was made, for one who sends that again. */
  readonly signUp: { readonly once: IdempotencyScope; readonly input: Parameters<Services["accounts"]["signUp"]>[0] };
}

type Named = { readonly userErrors: readonly { readonly code: string }[] };
type Operation = (scene: Scene, on: ContextDependencies) => Promise<Named>;

function servicesOn(on: ContextDependencies, viewerId: number | null, once?: IdempotencyScope): Services {
  return createServices(on, unhurried, once, viewerId);
}

const opening = {
  signIn: ({ email }, on) => servicesOn(on, null).sessions.signIn({ email, password: oldPassword }),
  refreshSession: ({ refreshToken }, on) => servicesOn(on, null).sessions.refresh({ refreshToken }),
  "signUp again": ({ signUp }, on) => servicesOn(on, null, { ...signUp.once }).accounts.signUp(signUp.input),
} satisfies Record<string, Operation>;

const ending = {
  changePassword: ({ viewer }, on) =>
    servicesOn(on, viewer.id).accounts.changePassword(viewer, { currentPassword: oldPassword, newPassword }),
  suspendUser: ({ viewer }, on) =>
    servicesOn(on, moderator.id).suspensions.suspend(moderator, {
      userId: viewer.id,
      until: "2100-01-01T00:00:00Z",
      reason: "A test",
    }),
  "signOut everywhere": ({ viewer }, on) => servicesOn(on, viewer.id).sessions.signOut(viewer, { everywhere: true }),
  deleteMyAccount: ({ viewer }, on) => servicesOn(on, viewer.id).deletion.delete(viewer, { password: oldPassword }),
} satisfies Record<string, Operation>;

/** What is made outlives the session it was made in. */
const granting = {
  createApiKey: ({ viewer }, on) =>
    servicesOn(on, viewer.id).apiKeys.create(viewer, { name: "A test", scopes: ["READ"] }),
  createWebhook: ({ viewer }, on) =>
    servicesOn(on, viewer.id).webhooks.create(viewer, {
      url: "https://example.org/hook",
      subscription: "subscription { postCreated { id } }",
    }),
} satisfies Record<string, Operation>;

const operations: Readonly<Record<string, Operation>> = { ...opening, ...ending, ...granting };
const names = Object.keys(operations);
/** One opens and one ends, or both end. */
const allPairs = names.flatMap((first) =>
  names.filter((second) => first in ending || second in ending).map((second) => [first, second] as const),
);
const seed = Number(process.env.FUZZ_SEED ?? 20_261_129);
const random = new Random(seed);
process.stdout.write(`check-then-act: seed ${seed}\n`);
/** Those of issue 11, and some others, each time. */
const pairs = campaignSize(allPairs, [
  ["signIn", "changePassword"],
  ["signIn", "suspendUser"],
  ["changePassword", "signIn"],
  ["signUp again", "changePassword"],
  ["deleteMyAccount", "changePassword"],
  ["createApiKey", "signOut everywhere"],
  ["createWebhook", "suspendUser"],
  ...Array.from({ length: 5 }, () => random.pick(allPairs)),
] as const);

let scenes = 0;

async function makeUser(role: "USER" | "MODERATOR"): Promise<Viewer> {
  scenes += 1;
  const handle = `user${scenes}x`;
  const data = { handle, handleSkeleton: handle, name: handle, email: `${handle}@example.org`, role };
  const { id } = await database.prisma.user.create({ data: { ...data, passwordHash: cheapHash } });
  return viewerOf(Number(id), null);
}

function viewerOf(id: number, sessionId: string | null): Viewer {
  const tokenExpiresAt = new Date(8.64e15);
  return { id, role: "USER", sessionId, tokenExpiresAt, blockedIds: [], hasHidden: false };
}

async function makeScene(): Promise<Scene> {
  const { id } = await makeUser("USER");
  const { email, handle, name, passwordHash } = await database.prisma.user.findUniqueOrThrow({ where: { id } });
  const { prisma } = database;
  const [mine, others] = [await openOne(id), await openOne(id)];
  const input = { handle, name, email: email ?? "", password: oldPassword };
  const once = { keyHash: `key of ${handle}`, fingerprint: "", userId: null, field: "signUp" };
  const digest = createHash("sha256").update(String(passwordHash)).digest("base64url");
  const tokenHash = createHash("sha256").update(others.refreshToken).digest("base64url");
  const result = { userId: id, sessionId: others.sessionId, tokenHash, passwordDigest: digest, userErrors: [] };
  const expiresAt = new Date(Date.now() + 86_400_000);
  await prisma.idempotencyKey.create({ data: { ...once, userId: null, result, expiresAt } });
  return {
    viewer: viewerOf(id, mine.sessionId),
    email: input.email,
    refreshToken: others.refreshToken,
    signUp: { once, input },
  };
}

async function openOne(userId: number) {
  const { sessions } = servicesOn(dependencies, null);
  const opened = await sessions.open((_, open) => open({ userId, passwordHash: cheapHash }));
  if (opened.session === null) throw new Error("no session was opened");
  const [{ id } = { id: "" }] = await database.prisma.session.findMany({
    where: { userId },
    orderBy: { number: "desc" },
    take: 1,
    select: { id: true },
  });
  return { sessionId: id, refreshToken: opened.session.refreshToken };
}

/** What is so when both are done, by the refusals of each. */
async function expectSound(
  { viewer }: Scene,
  did: readonly (readonly [name: string, refusals: readonly string[]])[],
): Promise<void> {
  const { prisma } = database;
  const times = (name: string) => did.filter(([each, refusals]) => each === name && refusals.length === 0).length;
  const has = (name: string) => times(name) > 0;
  const rows = await prisma.session.findMany({ where: { userId: viewer.id }, select: { id: true, revokedAt: true } });
  const alive = rows.filter(({ revokedAt }) => revokedAt === null).map(({ id }) => id);
  // Whatever ended is named, once: by its event its sockets close.
  const events = await prisma.event.findMany({
    where: { type: "SessionsEnded", data: { path: ["userId"], equals: viewer.id } },
  });
  const named = events.flatMap(({ data }) => (data as { sessionIds: string[] }).sessionIds);
  const ended = rows.filter(({ revokedAt }) => revokedAt !== null).map(({ id }) => id);
  expect([...named].sort()).toEqual([...ended].sort());
  if (has("changePassword")) expect(alive.filter((id) => id !== viewer.sessionId)).toEqual([]);
  if (has("suspendUser")) expect(alive).toEqual([]);
  if (has("deleteMyAccount")) expect(await prisma.user.count({ where: { id: viewer.id } })).toBe(0);
  // With the one password one of them was done: to the other it was no longer right, or there was no account any more.
  expect(times("changePassword") + times("deleteMyAccount")).toBeLessThanOrEqual(1);
}

test.each(pairs)(
  "%s, held before each of its steps, while there is %s",
  { timeout: 120_000 },
  async (first, second) => {
    const [held, other] = [operations[first], operations[second]];
    if (held === undefined || other === undefined) throw new Error("no such operation");
    for (let step = 0; ; step += 1) {
      const scene = await makeScene();
      const one = holdAt(dependencies, step, (on) => held(scene, on));
      if (!(await one.reached)) {
        // It ended in fewer steps: all were tried.
        await one.result;
        return;
      }
      const two = other(scene, dependencies);
      const came = await untilItWaits(database, one, two);
      one.goOn();
      const did = [
        [first, codesOf(...(await Promise.allSettled([one.result])))],
        [second, codesOf(...(await Promise.allSettled([two])))],
      ] as const;
      await expectSound(scene, did);
      // Its own session ended before it: only changePassword leaves that alone.
      const isLate = came === "ended" && first in granting && second in ending && second !== "changePassword";
      if (isLate) expect(did[0][1]).toEqual(["UNAUTHENTICATED"]);
    }
  },
);

/** User errors, and the error of a deleted account; anything else that is thrown fails the test. */
function codesOf(settled: PromiseSettledResult<Named>): string[] {
  if (settled.status === "fulfilled") return settled.value.userErrors.map(({ code }) => code);
  const { code } = settled.reason as { code?: string };
  if (code !== "UNAUTHENTICATED") throw settled.reason;
  return [code];
}
