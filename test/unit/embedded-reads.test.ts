import { expect, test } from "vitest";
import { openTestDatabase } from "../harness/database.js";

test("a read that waits for the one connection is given up with its signal, and the next is answered", async () => {
  // Of this project it is the embedded one. To make one anew takes seconds, on a busy machine too many.
  const database = await openTestDatabase();
  try {
    let letGo = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    let begun = (): void => undefined;
    const isHeld = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const holding = database.prisma.$transaction(async (tx) => {
      await tx.$queryRaw`SELECT 1 AS one`;
      begun();
      await held;
    });
    await isHeld;
    const controller = new AbortController();
    const read = database.query("SELECT 2 AS two", [], controller.signal);
    controller.abort(new Error("it took too long"));
    await expect(read).rejects.toThrow("it took too long");
    letGo();
    await holding;
    expect(await database.query("SELECT 3 AS three", [])).toEqual([{ three: 3 }]);
  } finally {
    await database.close();
  }
});
