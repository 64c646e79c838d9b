/**
 * An `Idempotency-Key` gives nobody more than the credentials it stands for: whatever happened between a mutation that
 * answers tokens and its retry, and however long that was, the retry is answered as this model says.
 */
import { decodeJwt } from "jose";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Viewer } from "../../src/auth/viewer.js";
import { parseIdOf } from "../../src/db/global-id.js";
import { createServices } from "../../src/services/services.js";
import { campaignSize } from "../harness/campaign-size.js";
import type { GraphQLBody } from "../harness/client.js";
import { dependenciesOn, secretsKey, unhurried } from "../harness/context.js";
import { type Account, startTestServer, type TestServer } from "../harness/server.js";
import { everyValue } from "../moderation/every-table.js";
import { Random } from "../paging/random.js";
import { createClock, signIn, whoIs } from "./sessions.js";

const clock = createClock();
let server: TestServer;
let dependencies: Awaited<ReturnType<typeof dependenciesOn>>;
let admin: Viewer;
beforeAll(async () => {
  server = await startTestServer({ now: clock.now, config: { secretsKey } });
  dependencies = await dependenciesOn(server.database, clock.now);
  const { id } = await server.signUp("the_admin");
  admin = { ...viewerOf(parseIdOf("User", id), null), role: "ADMIN" };
  await server.database.prisma.user.update({ where: { id: admin.id }, data: { role: "ADMIN" } });
});
afterAll(() => server.close());

const seed = Number(process.env.FUZZ_SEED ?? 20_261_129);
process.stdout.write(`keys-and-credentials: seed ${seed}\n`);
const random = new Random(seed);

const secondMs = 1_000;
const hourMs = 3_600_000;
const newPassword = "another password";

function viewerOf(id: number, sessionId: string | null): Viewer {
  return { id, role: "USER", sessionId, tokenExpiresAt: new Date(8.64e15), blockedIds: [], hasHidden: false };
}

const mutations = ["signUp", "signIn", "refreshSession"] as const;
type Mutation = (typeof mutations)[number];
const paths = ["/graphql", "/graphql/stream"] as const;
const between = [
  "the answered refresh token is used",
  "the password is changed in this session",
  "the password is changed in another session",
  "this session is signed out",
  "the account is suspended",
  "the suspension is lifted",
  "the account is deleted",
] as const;
type Happening = (typeof between)[number];
const waits = [0, 1, secondMs, 10 * secondMs, 10 * secondMs + 1, hourMs, 23 * hourMs, 25 * hourMs] as const;

/** What the model knows. */
interface State {
  readonly mutation: Mutation;
  readonly account: Account;
  readonly begunAt: number;
  readonly sessionId: string;
  readonly refreshToken: string;
  isAlive: boolean;
  isChanged: boolean;
  isSuspended: boolean;
  isDeleted: boolean;
  usedAt: number | undefined;
}

async function send(path: string, key: string, mutation: Mutation, input: object) {
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`;
  const query = `mutation ($input: ${type}!) { ${mutation}(input: $input) {
    session { accessToken refreshToken } user { handle } userErrors { code message } } }`;
  const response = await fetch(server.url + path, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "*/*", "idempotency-key": key },
    body: JSON.stringify({ query, variables: { input } }),
  });
  const text = await response.text();
  const body: GraphQLBody = JSON.parse(/^event: next\ndata: (.*)$/m.exec(text)?.[1] ?? text);
  expect(body.errors).toBeUndefined();
  return body.data[mutation];
}

const happen: Readonly<Record<Happening, (state: State) => Promise<unknown>>> = {
  async "the answered refresh token is used"(state) {
    const { sessions } = createServices(dependencies, unhurried, undefined, null);
    const { session } = await sessions.refresh({ refreshToken: state.refreshToken });
    const now = clock.now().getTime();
    // One that is used again later ends the session.
    if (!state.isSuspended && state.usedAt !== undefined && now - state.usedAt > 10 * secondMs) state.isAlive = false;
    expect(session !== null).toBe(state.isAlive && !state.isSuspended);
    if (!state.isSuspended) state.usedAt ??= now;
  },
  "the password is changed in this session": (state) => changePassword(state, state.sessionId),
  "the password is changed in another session": (state) => changePassword(state, null),
  async "this session is signed out"(state) {
    const { sessions } = servicesOf(state);
    await sessions.signOut(viewerOf(userIdOf(state), state.sessionId), {});
    state.isAlive = false;
  },
  async "the account is suspended"(state) {
    const { suspensions } = createServices(dependencies, unhurried, undefined, admin.id);
    const until = "2100-01-01T00:00:00Z";
    const { userErrors } = await suspensions.suspend(admin, { userId: userIdOf(state), until, reason: "A test" });
    expect(userErrors).toEqual([]);
    Object.assign(state, { isAlive: false, isSuspended: true });
  },
  async "the suspension is lifted"(state) {
    const { suspensions } = createServices(dependencies, unhurried, undefined, admin.id);
    await suspensions.lift(admin, { userId: userIdOf(state) });
    state.isSuspended = false;
  },
  async "the account is deleted"(state) {
    const password = state.isChanged ? newPassword : state.account.password;
    const { deletion } = servicesOf(state);
    const { userErrors } = await deletion.delete(viewerOf(userIdOf(state), state.sessionId), { password });
    expect(userErrors).toEqual([]);
    Object.assign(state, { isAlive: false, isDeleted: true, isSuspended: false });
  },
};

function userIdOf({ account }: State): number {
  return parseIdOf("User", account.id);
}

function servicesOf(state: State) {
  return createServices(dependencies, unhurried, undefined, userIdOf(state));
}

async function changePassword(state: State, sessionId: string | null): Promise<void> {
  const currentPassword = state.isChanged ? newPassword : state.account.password;
  const viewer = viewerOf(userIdOf(state), sessionId);
  const { userErrors } = await servicesOf(state).accounts.changePassword(viewer, { currentPassword, newPassword });
  expect(userErrors).toEqual([]);
  state.isChanged = true;
  if (sessionId === null) state.isAlive = false;
}

/** A refusal, or which session the tokens are of. */
function expected(state: State): string {
  const { mutation, begunAt, isAlive, isChanged, isSuspended, isDeleted, usedAt } = state;
  const now = clock.now().getTime();
  const isKept = now - begunAt < 24 * hourMs;
  if (mutation === "refreshSession") {
    if (isSuspended && !isDeleted) return "SUSPENDED";
    return isAlive && now - begunAt <= 10 * secondMs ? "the same session" : "INVALID_REFRESH_TOKEN";
  }
  if (isDeleted) return mutation === "signUp" ? "another session" : "WRONG_CREDENTIALS";
  if (mutation === "signIn" && isChanged) return "WRONG_CREDENTIALS";
  if (!isKept && mutation === "signUp") return "TAKEN";
  if (isChanged) return "SESSION_ENDED";
  if (isSuspended) return "SUSPENDED";
  if (!isKept) return "another session";
  const isSpent = usedAt !== undefined && now - usedAt > 10 * secondMs;
  return isAlive && !isSpent ? "the same session" : "SESSION_ENDED";
}

interface Case {
  readonly mutation: Mutation;
  readonly steps: readonly { readonly waitMs: number; readonly happening: Happening | undefined }[];
  readonly paths: readonly [string, string];
}

function drawCase(): Case {
  const steps = Array.from({ length: random.integer(0, 3) }, () => ({
    waitMs: random.pick(waits),
    happening: random.isTrue(0.8) ? random.pick(between) : undefined,
  }));
  return {
    mutation: random.pick(mutations),
    steps: [...steps, { waitMs: random.pick(waits), happening: undefined }],
    paths: [random.pick(paths), random.pick(paths)],
  };
}

/** Those of issue 11, each time. */
const fixed: readonly Case[] = [
  drawnFrom("signUp", "the password is changed in this session"),
  drawnFrom("signUp", "the password is changed in another session"),
  { mutation: "refreshSession", steps: [{ waitMs: hourMs, happening: undefined }], paths: [paths[0], paths[0]] },
  { mutation: "signIn", steps: [{ waitMs: 23 * hourMs, happening: undefined }], paths: [paths[1], paths[1]] },
];

function drawnFrom(mutation: Mutation, happening: Happening): Case {
  return { mutation, steps: [{ waitMs: secondMs, happening }], paths: [paths[0], paths[1]] };
}

const cases = [...fixed, ...Array.from({ length: campaignSize(400, 26) }, drawCase)];
const named = cases.map((each) => {
  const steps = each.steps.map(({ waitMs, happening }) => `${waitMs} ms${happening ? `, ${happening}` : ""}`);
  return [`${each.mutation} over ${each.paths.join(" and ")}: ${steps.join("; ")}`, each] as const;
});

let accounts = 0;

test.each(named)("%s", async (_, { mutation, steps, paths: [firstPath, secondPath] }) => {
  accounts += 1;
  const handle = `user${accounts}x`;
  const fields = { handle, name: handle, email: `${handle}@example.org`, password: `the password of ${handle}` };
  const account = mutation === "signUp" ? undefined : await server.signUp(handle);
  const opened = mutation === "refreshSession" ? await signIn(server, fields) : undefined;
  const input =
    mutation === "signUp"
      ? fields
      : mutation === "signIn"
        ? { email: fields.email, password: fields.password }
        : { refreshToken: opened?.refreshToken };
  const key = `key-${handle}`;
  const first = await send(firstPath, key, mutation, input);
  const { sid, sub } = decodeJwt<{ sid: string }>(first.session.accessToken);
  const id = Buffer.from(`User:${sub}`).toString("base64url");
  const state: State = {
    mutation,
    account: account ?? { ...fields, id, token: "", refreshToken: "" },
    begunAt: clock.now().getTime(),
    sessionId: sid,
    refreshToken: first.session.refreshToken,
    ...{ isAlive: true, isChanged: false, isSuspended: false, isDeleted: false, usedAt: undefined },
  };
  for (const { waitMs, happening } of steps) {
    clock.advance(waitMs);
    if (happening !== undefined && !state.isDeleted) await happen[happening](state);
  }
  const { prisma } = server.database;
  const sessionsBefore = await prisma.session.count();
  const expectedAnswer = expected(state);
  const again = await send(secondPath, key, mutation, input);
  const [refusal] = again.userErrors;
  if (again.session === null) {
    expect(refusal.code).toBe(expectedAnswer);
    if (refusal.code === "SESSION_ENDED") expect(refusal.message).toMatch(/Sign in again/);
    expect(await prisma.session.count()).toBe(sessionsBefore);
    return;
  }
  const isSame = decodeJwt<{ sid: string }>(again.session.accessToken).sid === sid;
  expect(isSame ? "the same session" : "another session").toBe(expectedAnswer);
  expect(await prisma.session.count()).toBe(isSame ? sessionsBefore : sessionsBefore + 1);
  expect(await whoIs(server, again.session.accessToken)).toBe(handle);
  expect(again.session.refreshToken).not.toBe(first.session.refreshToken);
  const values = await everyValue(server.database);
  const secrets = [first, again].flatMap(({ session }) => [session.accessToken, session.refreshToken]);
  expect(values.filter((value) => secrets.some((secret) => value.includes(secret)))).toEqual([]);
});
