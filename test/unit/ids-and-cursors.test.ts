/** Global ids and cursors: valid ones are read back, all others are refused. */
import { describe, expect, it } from "vitest";
import { parseCursor, toCursor } from "../../src/db/cursor.js";
import { type NodeType, parseGlobalId, parseIdOf, toGlobalId } from "../../src/db/global-id.js";
import { ParleyError } from "../../src/errors.js";

const types: readonly NodeType[] = ["User", "Post", "Comment"];
const ids = [1, 9, 10, 255, 256, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 10 ** 15, Number.MAX_SAFE_INTEGER];
const forge = (text: string) => Buffer.from(text, "latin1").toString("base64url");

/** The code and the message of what the work throws. */
function refusal(work: () => unknown): [code: string, message: string] {
  try {
    return ["nothing was thrown", JSON.stringify(work())];
  } catch (error) {
    if (error instanceof ParleyError) return [error.code, error.message];
    throw error;
  }
}

describe("a global id", () => {
  it("is read back as it was made", () => {
    for (const type of types) {
      for (const id of ids) {
        expect(parseGlobalId(toGlobalId(type, id))).toEqual({ type, id });
        expect(parseIdOf(type, toGlobalId(type, id))).toBe(id);
        expect(toGlobalId(type, id)).toMatch(/^[\w-]+$/);
      }
    }
  });

  it("is different for every row", () => {
    const all = types.flatMap((type) => ids.map((id) => toGlobalId(type, id)));
    expect(new Set(all).size).toBe(all.length);
  });

  it("is the same text in every release, for clients keep them", () => {
    expect([toGlobalId("User", 1), toGlobalId("Post", 12), toGlobalId("Comment", 123)]).toEqual([
      "VXNlcjox",
      "UG9zdDoxMg",
      "Q29tbWVudDoxMjM",
    ]);
  });

  it.each(
    [
      "",
      "1",
      "User:1",
      "User:0",
      "User:01",
      "User:-1",
      "User:1e1",
      "User: 1",
      "User:1\0",
      "user:1",
      "User:1:",
      "User:9007199254740992",
    ].map(forge),
  )("is not %s", (text) => {
    if (text === forge("User:1")) return expect(parseGlobalId(text)).toEqual({ type: "User", id: 1 });
    expect(refusal(() => parseGlobalId(text))).toEqual(["BAD_ID", expect.stringContaining(JSON.stringify(text))]);
  });

  it("of another type is distinguished from an invalid one", () => {
    const [code, message] = refusal(() => parseIdOf("Post", toGlobalId("User", 1), "postId"));
    expect([code, message]).toEqual(["BAD_ID", "postId must be an identifier of type Post, got one of type User"]);
  });

  it("that is long is quoted in part, and never as anything but a text", () => {
    const [, message] = refusal(() => parseGlobalId(`"${"x".repeat(10_000)}`));
    expect(message).toBe(`id must be an identifier from this server, got "\\"${"x".repeat(39)}…"`);
    expect(refusal(() => parseGlobalId(`${"x".repeat(39)}😀`))[1]).not.toMatch(/\p{Surrogate}/u);
  });
});

describe("a cursor", () => {
  const time = "2026-11-21T09:30:00.123Z";

  it("is read back as it was made", () => {
    for (const id of ids) {
      const [byTime, byCount] = [
        { key: time, id },
        { key: "12", id },
      ];
      expect(parseCursor("posts.CREATED_AT", "timestamptz", toCursor("posts.CREATED_AT", byTime), "after")).toEqual(
        byTime,
      );
      expect(parseCursor("posts.LIKE_COUNT", "int4", toCursor("posts.LIKE_COUNT", byCount), "after")).toEqual(byCount);
    }
  });

  it("is good for its list and order alone", () => {
    const cursor = toCursor("posts.CREATED_AT", { key: time, id: 1 });
    for (const list of ["users.CREATED_AT", "posts.LIKE_COUNT", "posts", "posts.CREATED_AT "]) {
      expect(refusal(() => parseCursor(list, "timestamptz", cursor, "before"))).toEqual([
        "BAD_CURSOR",
        expect.stringMatching(/^before must be/),
      ]);
    }
  });

  it.each([
    "0000-12-31T23:59:59.999Z",
    "2026-02-29T00:00:00.000Z",
    "2026-11-31T00:00:00.000Z",
    "2026-11-21T24:00:00.000Z",
    "2026-11-21T23:60:00.000Z",
    "2026-11-21T09:30:00.12Z",
    "2026-11-21T09:30:00.123456Z",
    "2026-11-21T09:30:00.123+00:00",
    "2026-11-21t09:30:00.123z",
    "+002026-11-21T09:30:00.123Z",
    "infinity",
    "",
  ])("is refused with the time %s, which PostgreSQL would refuse or take otherwise", (key) => {
    const cursor = toCursor("posts.CREATED_AT", { key, id: 1 });
    expect(refusal(() => parseCursor("posts.CREATED_AT", "timestamptz", cursor, "after"))[0]).toBe("BAD_CURSOR");
  });

  it.each(["-1", "1.0", "1e1", "", " 1", "2147483648", "99999999999999999999"])(
    "is refused with the count %s",
    (key) => {
      const cursor = toCursor("posts.LIKE_COUNT", { key, id: 1 });
      expect(refusal(() => parseCursor("posts.LIKE_COUNT", "int4", cursor, "after"))[0]).toBe("BAD_CURSOR");
    },
  );
});
