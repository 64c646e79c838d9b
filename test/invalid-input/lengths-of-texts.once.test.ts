/** Texts at the limits that schema.graphql tells, and one character beyond. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Account, startTestServer, type TestServer } from "../harness/server.js";
import { countRows, change as send } from "./refusals.js";

let server: TestServer;
let ada: Account;
let postId: string;
let commentId: string;
beforeAll(async () => {
  server = await startTestServer();
  ada = await server.signUp("ada");
  const post = await change("createPost", { title: "A post", content: "Something" }, "post { id }");
  postId = post.post.id;
  commentId = (await change("createComment", { postId, text: "Something" }, "comment { id }")).comment.id;
});
afterAll(() => server.close());

/** A character of the basic plane and one outside it, each of which counts once. */
const [one, far] = ["é", "😀"];
const ofLength = (length: number) => one.repeat(length - 1) + far;
const eMail = (length: number) => `${"a".repeat(length - 12)}@example.org`;
const address = (length: number) => "https://example.org/".padEnd(length, "a");

/** Field, longest and least lengths, whether blank is refused, and what makes a text of a length. */
const signUpFields: Row[] = [
  ["signUp", "handle", 30, 3, (length) => "h".repeat(length)],
  ["signUp", "name", 80, 1, ofLength],
  ["signUp", "email", 254, undefined, eMail],
  ["signUp", "password", 128, 8, ofLength],
];
const otherFields: Row[] = [
  ["updateProfile", "handle", 30, 3, (length) => "p".repeat(length)],
  ["updateProfile", "name", 80, 1, ofLength],
  ["updateProfile", "bio", 500, 0, ofLength],
  ["updateProfile", "avatarUrl", 2_000, undefined, address],
  ["changePassword", "newPassword", 128, 8, ofLength],
  ["createPost", "title", 200, 1, ofLength],
  ["createPost", "content", 40_000, 1, ofLength],
  ["updatePost", "title", 200, 1, ofLength],
  ["updatePost", "content", 40_000, 1, ofLength],
  ["createComment", "text", 30_000, 1, ofLength],
  ["updateComment", "text", 30_000, 1, ofLength],
];
type Row = [mutation: string, field: string, most: number, least: number | undefined, make: (length: number) => string];

describe("a text", () => {
  it.each([...signUpFields, ...otherFields])(
    "is taken at its longest: %s %s of %i",
    async (mutation, field, most, _, make) => {
      expect((await change(mutation, { ...base(mutation), [field]: make(most) })).userErrors).toEqual([]);
      if (field === "newPassword") await change(mutation, { currentPassword: make(most), newPassword: ada.password });
    },
  );

  it.each([...signUpFields, ...otherFields])(
    "is refused one longer: %s %s of %i",
    async (mutation, field, most, _, make) => {
      const refusal = await refused(mutation, { [field]: make(most + 1) });
      const message =
        field === "handle" ? /3–30/ : new RegExp(`${most.toLocaleString("en-US")} characters, got ${most + 1}$`);
      expect(refusal).toMatchObject({ code: field === "handle" ? "INVALID" : "TOO_LONG", field: ["input", field] });
      expect(refusal?.message).toMatch(message);
    },
  );

  const short = [...signUpFields, ...otherFields].filter(([, , , least]) => least !== undefined && least > 1);
  it.each(short)("is refused one too short: %s %s of %i", async (mutation, field, _, least = 0, make) => {
    const code = field === "handle" ? "INVALID" : "TOO_SHORT";
    expect(await refused(mutation, { [field]: make(least - 1) })).toMatchObject({ code, field: ["input", field] });
    expect((await change(mutation, { ...base(mutation), [field]: make(least) })).userErrors).toEqual([]);
    if (field === "newPassword") await change(mutation, { currentPassword: make(least), newPassword: ada.password });
  });

  const needed = [...signUpFields, ...otherFields].filter(([, field]) => field !== "bio");
  it.each(needed)("is refused when it is empty: %s %s", async (mutation, field) => {
    expect(await refused(mutation, { [field]: "" })).toMatchObject({ code: "BLANK", field: ["input", field] });
  });

  const visible = needed.filter(([, field]) => ["name", "title", "content", "text"].includes(field));
  it.each(visible)("is refused when nothing of it is seen: %s %s", async (mutation, field) => {
    for (const blank of ["   ", "\n\t\r\n", "\u00a0\u2003\u3000\ufeff", "\u200b\u2060\u00ad", "\u3164\u2800"]) {
      expect(await refused(mutation, { [field]: blank })).toMatchObject({ code: "BLANK", field: ["input", field] });
    }
  });

  const lines = needed.filter(([, field]) => ["name", "title"].includes(field));
  it.each(lines)("is refused when it should be one line and is not: %s %s", async (mutation, field) => {
    for (const text of ["a\nb", "a\rb", "a\tb", "a\u0007b", "a\u0085b", "a\u2028b", "a\u2029b"]) {
      expect(await refused(mutation, { [field]: text })).toMatchObject({ code: "INVALID", field: ["input", field] });
    }
  });
});

describe("several texts", () => {
  it("are refused all at once", async () => {
    const input = { handle: "a b", name: "", email: "ada", password: "1234567" };
    const { userErrors } = await change("signUp", input);
    expect(userErrors.map(({ code, field }: { code: string; field: string[] }) => [code, field[1]])).toEqual([
      ["INVALID", "handle"],
      ["BLANK", "name"],
      ["INVALID", "email"],
      ["TOO_SHORT", "password"],
    ]);
  });
});

describe("an address", () => {
  it.each([
    "ada",
    "@example.org",
    "ada@",
    "ada@example",
    "ada@.org",
    "a da@example.org",
    "ada@exa mple.org",
    "<a@b.cd>",
    "a@b@c.de",
  ])("is refused when it is no e-mail address: %s", async (email) => {
    expect(await refused("signUp", { email })).toMatchObject({ code: "INVALID", field: ["input", "email"] });
  });

  it.each([
    "javascript:alert(1)",
    "data:image/png;base64,AA",
    "//example.org/a.png",
    "ftp://example.org",
    "https://",
    "a.png",
    "https://a b",
  ])("is refused when it is none of a picture: %s", async (avatarUrl) => {
    expect(await refused("updateProfile", { avatarUrl })).toMatchObject({
      code: "INVALID",
      field: ["input", "avatarUrl"],
    });
  });
});

function base(mutation: string): Record<string, unknown> {
  const unique = `u${Math.random().toString(36).slice(2, 12)}`;
  if (mutation === "signUp") return { handle: unique, name: "N", email: `${unique}@example.org`, password: "12345678" };
  if (mutation === "changePassword") return { currentPassword: ada.password, newPassword: "12345678" };
  if (mutation === "createPost") return { title: "A title", content: "A content" };
  if (mutation === "updatePost") return { postId };
  if (mutation === "createComment") return { postId, text: "A text" };
  return mutation === "updateComment" ? { commentId } : {};
}

function change(mutation: string, input: object, fields = "") {
  return send(server, ada.token, mutation, input, fields);
}

/** The one refusal of the mutation with a good input but for what is given. Nothing may be written. */
async function refused(mutation: string, part: object): Promise<{ code: string; message: string } | undefined> {
  const before = await countRows(server.database);
  const { userErrors } = await change(mutation, { ...base(mutation), ...part });
  expect(userErrors).toHaveLength(1);
  expect(await countRows(server.database)).toEqual(before);
  return userErrors[0];
}
