/** The resuming client helper, on a scripted client. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import {
  type ResumeOptions,
  resumable,
  type SubscriptionClient,
  type SubscriptionResult,
} from "../../src/client/resume.js";

type Sink = Parameters<SubscriptionClient["subscribe"]>[1];

function fakeClient() {
  const sent: string[] = [];
  const sinks: Sink[] = [];
  let unsubscribed = 0;
  let ask = () => "";
  const client: SubscriptionClient = {
    subscribe(request, sink) {
      ask = () => JSON.stringify(request);
      sent.push(ask());
      sinks.push(sink);
      return () => {
        unsubscribed += 1;
      };
    },
  };
  return {
    client,
    /** Every request as it was written, the first time. */
    sent: () => sent.map((each) => JSON.parse(each)),
    /** What the client would write if it subscribed again by itself. */
    again: () => JSON.parse(ask()).variables,
    sink: () => sinks.at(-1) as Sink,
    unsubscribed: () => unsubscribed,
  };
}

function follow(options: ResumeOptions = {}, variables: Record<string, unknown> = { after: "the beginning" }) {
  const fake = fakeClient();
  const received: unknown[] = [];
  const stop = resumable(fake.client, { query: "subscription", operationName: "Name", variables }, options, {
    next: ({ data }) => received.push(data),
    error: (error) => received.push({ error }),
    complete: () => received.push("complete"),
  });
  return { ...fake, received, stop };
}

const event = (cursor: string): SubscriptionResult => ({ data: { alias: { cursor } } });

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("each time the client subscribes, `after` is the last cursor seen, and the other variables are as given", () => {
  const variables = { postId: "7", after: "zero" };
  const { again, sink, sent } = follow({}, variables);
  expect(sent()).toEqual([{ query: "subscription", operationName: "Name", variables }]);
  for (const cursor of ["one", "two"]) {
    sink().next(event(cursor));
    expect(again()).toEqual({ postId: "7", after: cursor });
  }
});

test("it begins after the cursor it is given", () => {
  expect(follow({}, { after: "before" }).again()).toEqual({ after: "before" });
});

const logEnd = (eventCursor: unknown): SubscriptionResult => ({ data: { eventCursor } });

test.each([undefined, null])("given %s as a cursor, it asks where the log ends and begins there", (after) => {
  const { again, sink, sent, received } = follow({}, { postId: "7", after });
  const asking = sink();
  expect(sent()).toEqual([{ query: "{ eventCursor }", variables: {} }]);
  asking.next(logEnd("the end"));
  asking.complete();
  expect(sent()[1]).toEqual({
    query: "subscription",
    operationName: "Name",
    variables: { postId: "7", after: "the end" },
  });
  sink().next(event("one"));
  expect([again(), received]).toEqual([{ postId: "7", after: "one" }, [{ alias: { cursor: "one" } }]]);
});

test("a connection that breaks before the first event begins again where the log ended at first", () => {
  const { sink, sent } = follow({}, {});
  sink().error("broken before the answer");
  vi.runAllTimers();
  sink().next(logEnd("the end"));
  sink().error("broken before the first event");
  vi.runAllTimers();
  expect(sent().map(({ query, variables }) => [query, variables.after])).toEqual([
    ["{ eventCursor }", undefined],
    ["{ eventCursor }", undefined],
    ["subscription", "the end"],
    ["subscription", "the end"],
  ]);
});

test("a server that does not say where its log ends is an error, and a stopped one reports nothing", () => {
  const silent = follow({}, {});
  silent.sink().next(logEnd(null));
  expect(silent.received).toEqual([{ error: new Error("the server did not send its eventCursor") }]);
  const stopped = follow({}, {});
  stopped.stop();
  stopped.sink().next(logEnd("late"));
  expect([stopped.sent().length, stopped.unsubscribed(), stopped.received]).toEqual([1, 1, []]);
});

test("a result without a cursor is handed on and moves nothing", () => {
  const { again, sink, received } = follow({}, { after: "before" });
  sink().next({ data: { alias: null }, errors: [{ message: "partly" }] });
  expect(received).toEqual([{ alias: null }]);
  expect(again()).toEqual({ after: "before" });
});

test("`cursorOf` says where the cursor is", () => {
  const cursorOf = ({ data }: SubscriptionResult) => (data as { place: string }).place;
  const { again, sink } = follow({ cursorOf });
  sink().next({ data: { place: "here" } });
  expect(again()).toEqual({ after: "here" });
});

test("when the client has given up, it subscribes again after a while, from the last cursor", () => {
  const { sink, sent, received } = follow({ retryMs: 100 });
  sink().next(event("one"));
  sink().error(new Error("the connection broke"));
  expect(sent()).toHaveLength(1);
  vi.advanceTimersByTime(200);
  expect(sent()[1].variables).toEqual({ after: "one" });
  sink().next(event("two"));
  expect(received).toEqual([{ alias: { cursor: "one" } }, { alias: { cursor: "two" } }]);
});

test("it tries so often in a row, then says why it could not", () => {
  const { sink, sent, received } = follow({ retryMs: 1, retryAttempts: 2 });
  sink().error("first");
  vi.runAllTimers();
  sink().next(event("one"));
  for (const reason of ["second", "third", "fourth"]) {
    sink().error(reason);
    vi.runAllTimers();
  }
  expect(sent()).toHaveLength(4);
  expect(received).toEqual([{ alias: { cursor: "one" } }, { error: "fourth" }]);
});

const withCode = (code: string) => [{ message: "message", extensions: { code } }];

test("an error of the subscription itself is reported at once, and not retried", () => {
  for (const code of ["BAD_CURSOR", "GRAPHQL_VALIDATION_FAILED", "CURSOR_EXPIRED"]) {
    const { sink, sent, received } = follow();
    sink().error(withCode(code));
    vi.runAllTimers();
    expect([received, sent().length]).toEqual([[{ error: withCode(code) }], 1]);
  }
});

test("an error inside the server may be gone next time", () => {
  const { sink, sent, received } = follow();
  sink().error(withCode("INTERNAL_SERVER_ERROR"));
  vi.runAllTimers();
  expect([received, sent().length]).toEqual([[], 2]);
});

test("an expired cursor calls onExpired, whether it came as an error or as the last result of a stream", () => {
  for (const tell of [
    (sink: Sink) => sink.error(withCode("CURSOR_EXPIRED")),
    (sink: Sink) => {
      sink.next({ errors: withCode("CURSOR_EXPIRED") });
      sink.complete();
    },
  ]) {
    const expired: unknown[] = [];
    const { sink, received } = follow({ onExpired: (error) => expired.push(error) });
    tell(sink());
    expect([expired, received]).toEqual([[withCode("CURSOR_EXPIRED")], []]);
  }
});

test("once stopped or completed it tells nothing more, and does not come back", () => {
  const stopped = follow();
  stopped.sink().error("broken");
  stopped.stop();
  stopped.stop();
  vi.runAllTimers();
  stopped.sink().next(event("late"));
  expect([stopped.received, stopped.sent().length, stopped.unsubscribed()]).toEqual([[], 1, 1]);
  const completed = follow();
  completed.sink().complete();
  completed.sink().error("late");
  vi.runAllTimers();
  expect([completed.received, completed.sent().length]).toEqual([["complete"], 1]);
});
