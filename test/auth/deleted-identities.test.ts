/** An external identity whose account was deleted does not become a user again. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { openExternalIdentities } from "../../src/auth/external-identities.js";
import { openLog } from "../../src/log.js";
import { createUserProvisioner } from "../../src/services/external-identities.js";
import { campaignSize } from "../harness/campaign-size.js";
import { dependenciesOn, secretsKey, unhurried } from "../harness/context.js";
import { startTestServer, type TestServer } from "../harness/server.js";
import { everyValue } from "../moderation/every-table.js";
import { Random } from "../paging/random.js";
import { audience, type Issuer, startIssuer } from "./issuer.js";
import { createClock, whoIs } from "./sessions.js";

const clock = createClock();
const refused = "401 UNAUTHENTICATED";
let issuers: readonly [Issuer, Issuer];
let server: TestServer;
beforeAll(async () => {
  issuers = [await startIssuer(clock.now), await startIssuer(clock.now, "/tenant/1")];
  const authIssuers = issuers.map(({ url }) => ({ issuer: url, audiences: [audience] }));
  server = await startTestServer({ now: clock.now, config: { authIssuers, secretsKey } });
});
afterAll(async () => {
  await server.close();
  for (const issuer of issuers) await issuer.close();
});

const seed = Number(process.env.FUZZ_SEED ?? 20_261_129);
process.stdout.write(`deleted-identities: seed ${seed}\n`);
const random = new Random(seed);

const deletion = "mutation { deleteMyAccount(input: {}) { deletedUserId userErrors { code } } }";

/** As many requests with tokens of one person at once, and how many days later; among them may be the deletion. */
const rounds = Array.from({ length: campaignSize(100, 8) }, (_, number) => ({
  number,
  issuer: random.integer(0, 1),
  // Some subjects are easy to guess, such as numbers.
  subject: random.isTrue(0.5) ? String(number) : `zyx${number}|subject`,
  requestsBefore: random.integer(0, 3),
  requestsMeanwhile: random.integer(0, 4),
  daysLater: random.pick([0, 1, 400]),
}));

test.each(rounds)(
  "round $number: a token during the deletion, at once after it or $daysLater days later",
  async (round) => {
    const { number, subject, requestsBefore, requestsMeanwhile, daysLater } = round;
    const issuer = issuers[round.issuer] ?? issuers[0];
    const other = issuers[1 - round.issuer] ?? issuers[0];
    const handle = `person_${number}`;
    const token = () => issuer.token({ sub: subject, preferred_username: handle });
    const first = await token();
    expect(await whoIs(server, first)).toBe(handle);
    for (let n = 0; n < requestsBefore; n += 1) expect(await whoIs(server, await token())).toBe(handle);

    const meanwhile = await Promise.all(Array.from({ length: requestsMeanwhile }, token));
    const [deleted] = await Promise.all([
      server.graphql(deletion, {}, { token: first }),
      ...meanwhile.map((each) => whoIs(server, each)),
    ]);
    expect(deleted.body.data.deleteMyAccount.userErrors).toEqual([]);
    expect(await whoIs(server, first)).toBe(refused);
    clock.advance(daysLater * 86_400_000);
    const answer = await server.graphql("{ viewer { id } }", {}, { token: await token() });
    expect(answer.status).toBe(401);
    expect(answer.body.errors?.[0]?.message).toMatch(/has been permanently deleted/);
    expect(await server.database.prisma.user.count({ where: { handle } })).toBe(0);
    // The same subject of another issuer is somebody else.
    expect(await whoIs(server, await other.token({ sub: subject, preferred_username: `other_${number}` }))).toBe(
      `other_${number}`,
    );
    const values = await everyValue(server.database);
    expect(values.filter((value) => /^deleted_identities\.identity_hash: /.test(value)).length).toBe(number + 1);
    expect(values.filter((value) => value.startsWith("deleted_") && value.includes(issuer.url))).toEqual([]);
  },
);

test("somebody who is suspended while they are made a user does not come in", async () => {
  const [issuer] = issuers;
  const { query, prisma } = server.database;
  const dependencies = await dependenciesOn(server.database, clock.now);
  const adopt = createUserProvisioner({
    ...dependencies,
    ...{ deadlineMs: unhurried.remainingMs(), random: () => 0.5, box: dependencies.webhooks.box },
  });
  const external = openExternalIdentities({
    issuers: [{ issuer: issuer.url, audiences: [audience] }],
    ...{ query, log: openLog("silent"), now: clock.now },
    async provisionUser(identity) {
      // Another request comes first, and a moderator after it.
      await adopt(identity);
      await prisma.user.updateMany({ where: { handle: "hasty" }, data: { suspendedUntil: "2100-01-01T00:00:00Z" } });
      await adopt(identity);
    },
  });
  const token = await issuer.token({ sub: "hasty", preferred_username: "hasty" });
  await expect(external?.verify(token)).rejects.toThrow("The account is suspended.");
});
