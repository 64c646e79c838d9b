import pg from "pg";
import { expect, test } from "vitest";
import { retryWhileUnavailable } from "../../src/db/retry-while-unavailable.js";

/** Fails once with each error, then answers. */
function failing(errors: readonly Error[]) {
  const left = [...errors];
  return async () => {
    const error = left.shift();
    if (error !== undefined) throw error;
    return "answered";
  };
}

const withCode = (message: string, code: string) => Object.assign(new Error(message), { code });

test.each([
  new Error("Connection terminated unexpectedly"),
  new Error("Client has encountered a connection error and is not queryable"),
  Object.assign(new Error("read ECONNRESET"), { syscall: "read" }),
  withCode("This socket has been ended by the other party", "EPIPE"),
  withCode("Cannot call write after a stream was destroyed", "ERR_STREAM_DESTROYED"),
])("$message is an outage", async (error) => {
  expect(await retryWhileUnavailable(failing([error, error]))).toBe("answered");
});

/** As PostgreSQL reports it. */
function databaseError(code: string) {
  return Object.assign(new pg.DatabaseError(`refused with ${code}`, 0, "error"), { code });
}

// PostgreSQL, appendix A: class 08, a shutdown by an operator, a crash, a start, too many connections.
test.each(["08000", "08001", "08003", "08004", "08006", "08P01", "57P01", "57P02", "57P03", "53300"])(
  "SQLSTATE %s is an outage",
  async (code) => {
    expect(await retryWhileUnavailable(failing([databaseError(code), databaseError(code)]))).toBe("answered");
  },
);

// Its neighbours: a cancelled statement, a dropped database, out of memory, a deadlock, a unique violation, a wrong password.
test.each(["57000", "57014", "57P04", "57P05", "53000", "53200", "53400", "40P01", "40001", "23505", "28P01", "3D000"])(
  "SQLSTATE %s is thrown",
  async (code) => {
    await expect(retryWhileUnavailable(failing([databaseError(code)]))).rejects.toThrow(`refused with ${code}`);
  },
);

test("several addresses are an outage only when none of them answers", async () => {
  const refused = Object.assign(new Error("connect ECONNREFUSED"), { syscall: "connect" });
  expect(await retryWhileUnavailable(failing([new AggregateError([refused, refused])]))).toBe("answered");
  const mixed = new AggregateError([refused, databaseError("28P01")], "mixed");
  await expect(retryWhileUnavailable(failing([mixed]))).rejects.toThrow("mixed");
});

test("anything else is thrown", async () => {
  await expect(retryWhileUnavailable(failing([withCode("no", "ERR_INVALID_ARG_TYPE")]))).rejects.toThrow("no");
});
