/** Whom listeners block, as the log tells of it: also between the look at their session and their first subscription. */
import { expect, test } from "vitest";
import type { EventData } from "../../src/events/event.js";
import { Sights } from "../../src/live/sights.js";
import { Random } from "../paging/random.js";

const seed = Number(process.env.FUZZ_SEED ?? 20_261_129);
const viewer = { role: "USER" as const, sessionId: null, tokenExpiresAt: new Date(0), hasHidden: false };

const change = (userId: number, blockedId: number, isBlocked: boolean): EventData => ({
  type: "BlockChanged",
  userId,
  blockedId,
  isBlocked,
});

test("a block, or its end, between the look and the holding counts", () => {
  const sights = new Sights();
  const ada = { ...viewer, id: 1, blockedIds: [3] };
  sights.take(change(1, 2, true));
  sights.take(change(1, 3, false));
  const release = sights.hold(ada);
  expect(sights.blockedBy(ada)).toEqual([2]);
  expect(sights.now(ada).blockedIds).toEqual([2]);
  release();
  expect(sights.blockedBy(ada)).toEqual([3]);
});

test(`whenever a session is read and held, the blocks are those of the log, seed ${seed}`, () => {
  const random = new Random(seed);
  const sights = new Sights();
  const truth = new Map([1, 2, 3].map((id) => [id, new Set<number>()]));
  for (let n = 0; n < 2_000; n += 1) {
    const id = random.integer(1, 3);
    const blocks = truth.get(id) ?? new Set();
    // Read now, held after some more has happened.
    const read = { ...viewer, id, blockedIds: [...blocks] };
    for (let more = random.integer(0, 3); more > 0; more -= 1) {
      const [blockedId, isBlocked] = [random.integer(4, 8), random.isTrue(0.5)];
      if (isBlocked) blocks.add(blockedId);
      else blocks.delete(blockedId);
      sights.take(change(id, blockedId, isBlocked));
    }
    const release = sights.hold(read);
    expect([...sights.blockedBy(read)].sort(), `step ${n}`).toEqual([...blocks].sort());
    if (random.isTrue(0.7)) release();
  }
});
