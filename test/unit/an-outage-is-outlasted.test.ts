import { expect, test } from "vitest";
import { outlast } from "../../src/db/while-away.js";

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
  expect(await outlast(failing([error, error]))).toBe("answered");
});

test("anything else is thrown", async () => {
  await expect(outlast(failing([withCode("no", "ERR_INVALID_ARG_TYPE")]))).rejects.toThrow("no");
});
