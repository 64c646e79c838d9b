/** What moderators did about somebody's content, whether it is still there or not, goes with their account. */
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseIdOf } from "../../src/db/global-id.js";
import { campaignSize } from "../harness/campaign-size.js";
import type { Account } from "../harness/server.js";
import { Random } from "../paging/random.js";
import { act, type Community, comment, openCommunity, post } from "./doing.js";
import { everyValue } from "./every-table.js";

let c: Community;
let adas: string;
beforeAll(async () => {
  c = await openCommunity();
  adas = await post(c.server, c.ada, "Ada's");
});
afterAll(() => c.server.close());

const seed = Number(process.env.FUZZ_SEED ?? 20_261_129);
process.stdout.write(`deleting-in-any-order: seed ${seed}\n`);
const random = new Random(seed);

/** Somebody, what they wrote, and the word that stands in all that is about them. */
interface Scene {
  readonly me: Account;
  readonly mark: string;
  readonly written: readonly { readonly id: string; readonly type: "Post" | "Comment" }[];
  readonly reports: string[];
}

type Step = (scene: Scene) => Promise<unknown>;

/** Each may be refused, for what it is about may be gone. */
const steps: Readonly<Record<string, Step>> = {
  async reportContent({ me, mark, written, reports }) {
    const { id } = random.pick([...written, me]);
    const input = { id, reason: "SPAM", text: `${mark} reported` };
    const { report } = await act(c.server, random.pick([c.bob, c.carol]), "reportContent", input, "report { id }");
    if (report !== null) reports.push(report.id);
  },
  async resolveReport({ mark, reports }) {
    if (reports.length === 0) return;
    const input = { reportId: random.pick(reports), resolution: "ACTED", note: `${mark} resolved` };
    await act(c.server, c.moderator, "resolveReport", input);
  },
  hideContent: ({ mark, written }) =>
    act(c.server, c.moderator, "hideContent", { id: random.pick(written).id, reason: `${mark} hidden` }),
  showContent: ({ written }) => act(c.server, c.moderator, "showContent", { id: random.pick(written).id }),
  "edited by a moderator": ({ mark, written }) => {
    const { id, type } = random.pick(written);
    return type === "Post"
      ? act(c.server, c.moderator, "updatePost", { postId: id, title: `${mark} edited` })
      : act(c.server, c.moderator, "updateComment", { commentId: id, text: `${mark} edited` });
  },
  async "suspended and let in again"({ me, mark }) {
    const reason = `${mark} suspended`;
    await act(c.server, c.admin, "suspendUser", { userId: me.id, until: "2100-01-01T00:00:00Z", reason });
    await act(c.server, c.admin, "liftSuspension", { userId: me.id });
  },
  "deleted by a moderator": (scene) => deleteOne(scene, c.moderator),
  async "deleted by its author"(scene) {
    await deleteOne(scene, { token: await tokenOf(scene.me) });
  },
};

function deleteOne({ written }: Scene, who: Pick<Account, "token">) {
  const { id, type } = random.pick(written);
  return type === "Post"
    ? act(c.server, who, "deletePost", { postId: id })
    : act(c.server, who, "deleteComment", { commentId: id });
}

async function tokenOf({ email, password }: Account): Promise<string> {
  const { session } = await act(c.server, undefined, "signIn", { email, password }, "session { accessToken }");
  return session.accessToken;
}

let scenes = 0;

async function makeScene(): Promise<Scene> {
  scenes += 1;
  // Long enough not to stand in a hash by chance.
  const mark = `zyxwvutsrq${scenes}q`;
  const me = await c.server.signUp(mark);
  const mine = await post(c.server, me, `${mark} title`, `${mark} content`);
  const onAdas = await comment(c.server, me, adas, `${mark} comment`);
  const reply = await comment(c.server, me, adas, `${mark} reply`, onAdas);
  const written = [
    { id: mine, type: "Post" },
    { id: onAdas, type: "Comment" },
    { id: reply, type: "Comment" },
  ] as const;
  return { me, mark, written, reports: [] };
}

/** Enough of them that content is reported and hidden before it is deleted, and the other way round. */
const orders = Array.from({ length: campaignSize(100, 10) }, () => {
  const length = random.integer(5, 12);
  return Array.from({ length }, () => random.pick(Object.keys(steps)));
});

test.each(orders.map((order) => [order.join(", "), order] as const))(
  "%s: then their account",
  {
    timeout: 120_000,
  },
  async (_, order) => {
    const scene = await makeScene();
    for (const name of order) await steps[name]?.(scene);
    const { me, mark } = scene;
    const deletion = { password: me.password };
    expect((await act(c.server, { token: await tokenOf(me) }, "deleteMyAccount", deletion)).refusals).toEqual([]);
    const id = parseIdOf("User", me.id);
    const { prisma, query } = c.server.database;
    expect((await everyValue(c.server.database)).filter((value) => value.toLowerCase().includes(mark))).toEqual([]);
    const about = { subjectType: "USER", subjectId: id } as const;
    expect(await prisma.report.count({ where: { OR: [about, { subjectAuthorId: id }] } })).toBe(0);
    expect(await prisma.auditEntry.count({ where: { OR: [about, { subjectAuthorId: id }] } })).toBe(0);
    // Nor by the number of what was theirs.
    for (const { id: globalId, type } of scene.written) {
      const values = [type.toUpperCase(), parseIdOf(type, globalId)];
      const text = `SELECT count(*) AS count FROM audit_log WHERE subject_type::text = $1 AND subject_id = $2`;
      expect(await query(text, values)).toEqual([{ count: 0 }]);
    }
  },
);

test("a migration finds the authors of what is still there", async () => {
  const { prisma } = c.server.database;
  const { me, mark, written } = await makeScene();
  const [mine] = written;
  const report = { reason: "SPAM", text: mark } as const;
  for (const { id } of [me, ...written]) await act(c.server, c.bob, "reportContent", { id, ...report });
  await act(c.server, c.moderator, "hideContent", { id: mine?.id, reason: mark });
  await act(c.server, c.moderator, "deletePost", { postId: mine?.id });
  const before = await prisma.report.updateMany({ where: { text: mark }, data: { subjectAuthorId: null } });
  await prisma.auditEntry.updateMany({ where: { reason: mark }, data: { subjectAuthorId: null } });
  const file = new URL("../../prisma/migrations/20261129040000_subject_authors/migration.sql", import.meta.url);
  const updates = (await readFile(file, "utf8")).match(/^UPDATE [^;]+;/gm) ?? [];
  expect([before.count, updates.length]).toEqual([4, 2]);
  for (const update of updates) await prisma.$executeRawUnsafe(update);
  const reports = await prisma.report.findMany({ where: { text: mark }, orderBy: { id: "asc" } });
  const author = BigInt(parseIdOf("User", me.id));
  expect(reports.map(({ subjectAuthorId }) => subjectAuthorId)).toEqual([author, null, author, author]);
  const [entry] = await prisma.auditEntry.findMany({ where: { reason: mark } });
  expect(entry?.subjectAuthorId).toBeNull();
});
