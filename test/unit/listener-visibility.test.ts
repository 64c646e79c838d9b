/** Blocks of listeners from the event log, also between authentication and subscription. */
import { expect, test } from "vitest";
import type { EventData } from "../../src/events/event.js";
import { ListenerVisibility } from "../../src/subscriptions/listener-visibility.js";
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
  const visibility = new ListenerVisibility();
  const ada = { ...viewer, id: 1, blockedIds: [3] };
  visibility.take(change(1, 2, true));
  visibility.take(change(1, 3, false));
  const release = visibility.hold(ada);
  expect(visibility.blockedBy(ada)).toEqual([2]);
  expect(visibility.now(ada).blockedIds).toEqual([2]);
  release();
  expect(visibility.blockedBy(ada)).toEqual([3]);
});

test(`whenever a session is read and held, the blocks are those of the log, seed ${seed}`, () => {
  const random = new Random(seed);
  const visibility = new ListenerVisibility();
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
      visibility.take(change(id, blockedId, isBlocked));
    }
    const release = visibility.hold(read);
    expect([...visibility.blockedBy(read)].sort(), `step ${n}`).toEqual([...blocks].sort());
    if (random.isTrue(0.7)) release();
  }
});
