import { expect, test, vi } from "vitest";
import { withDeadline } from "../../src/deadline.js";

/** A client that disconnects on command. */
function client() {
  const callbacks = new Set<() => void>();
  return {
    leave: () => {
      for (const callback of callbacks) callback();
    },
    onDisconnect: (callback: () => void) => {
      callbacks.add(callback);
      return () => callbacks.delete(callback);
    },
    waits: () => callbacks.size,
  };
}

test("listeners are called once, with the reason, when the client disconnects", async () => {
  const { leave, onDisconnect } = client();
  await withDeadline(60_000, onDisconnect, async ({ signal }) => {
    const [listener, removed] = [vi.fn(), vi.fn()];
    signal.addEventListener("abort", listener, { once: true });
    signal.addEventListener("abort", removed);
    signal.removeEventListener("abort", removed);
    expect(() => signal.throwIfAborted()).not.toThrow();
    leave();
    leave();
    expect(signal.aborted).toBe(true);
    expect(signal.reason).toMatchObject({ code: "CANCELLED" });
    expect(() => signal.throwIfAborted()).toThrow("The client disconnected.");
    expect(listener).toHaveBeenCalledTimes(1);
    expect(removed).not.toHaveBeenCalled();
  });
});

test("the time that is over is the reason, and stays it", async () => {
  vi.useFakeTimers();
  try {
    const { leave, onDisconnect } = client();
    await withDeadline(50, onDisconnect, async ({ signal }) => {
      vi.advanceTimersByTime(50);
      leave();
      expect(signal.reason).toMatchObject({ code: "DEADLINE_EXCEEDED", message: expect.stringContaining("50 ms") });
    });
  } finally {
    vi.useRealTimers();
  }
});

test("what is left of the time is never nothing", async () => {
  await withDeadline(1, client().onDisconnect, async (deadline) => {
    expect(deadline.remainingMs()).toBe(1);
  });
});

test("after the work nothing waits for the client any more, whether it went well or not", async () => {
  const { onDisconnect, waits } = client();
  await withDeadline(1_000, onDisconnect, async () => expect(waits()).toBe(1));
  await expect(withDeadline(1_000, onDisconnect, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(waits()).toBe(0);
});
