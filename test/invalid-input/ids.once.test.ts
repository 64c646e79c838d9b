/** Identifiers that this server did not give out, or gave out for something else, wherever the schema takes one. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { toGlobalId } from "../../src/db/global-id.js";
import { type Account, startTestServer, type TestServer } from "../harness/server.js";
import { findPlacesForIds } from "./places-for-ids.js";
import { ask, change, codeOf, countRows } from "./refusals.js";

const places = await findPlacesForIds();
let server: TestServer;
let ada: Account;
let before: Record<string, number>;
beforeAll(async () => {
  server = await startTestServer();
  ada = await server.signUp("ada");
  // Who may do everything that is done to an identifier: what is refused is refused for that. Before the first request
  // of theirs, for a session is remembered with its role.
  await server.database.prisma.user.update({ where: { handle: "ada" }, data: { role: "MODERATOR" } });
  const { post } = await change(server, ada.token, "createPost", { title: "One", content: "A post" }, "post { id }");
  await change(server, ada.token, "createComment", { postId: post.id, text: "A comment" });
  before = await countRows(server.database);
});
afterAll(() => server.close());

const forge = (text: string) => Buffer.from(text).toString("base64url");
const forgeries = [
  "",
  " ",
  "1",
  "!!!",
  "null",
  "A".repeat(100_000),
  forge("Post"),
  forge("Nobody:1"),
  forge("post:1"),
  "UG9zdDox=",
  "UG9zdDox ",
  "UG9zdDox\n",
  // As one might encode User:10, with padding, or with bits set that decode to nothing.
  "VXNlcjoxMA==",
  "VXNlcjoxMB",
];
/** Of the right type, with what is no number of a row. */
const numbers = [
  "",
  "0",
  "-1",
  "01",
  "1.0",
  "1e3",
  "0x1",
  "1 ",
  "1:1",
  "1'--",
  "9007199254740992",
  "9223372036854775808",
];

describe("the table of places that take an id", () => {
  it("is read from the schema, and holds these", () => {
    expect(places.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["node", "nodes", "user", "post", "comment", "posts.authorId"]),
    );
    const ofChanges = places.filter(({ isMutation }) => isMutation).map(({ name }) => name);
    const objects = ["updatePost.postId", "deletePost.postId", "likePost.postId", "unlikePost.postId"];
    const comments = ["updateComment", "deleteComment", "likeComment", "unlikeComment"].map(
      (each) => `${each}.commentId`,
    );
    const others = ["createComment.postId", "createComment.parentId", "followUser.userId", "unfollowUser.userId"];
    expect(ofChanges).toEqual(expect.arrayContaining([...objects, ...comments, ...others]));
  });
});

it.each(places)("$name refuses what is no identifier", async ({ name, query, variables, type, isMutation }) => {
  const ofType = numbers.map((digits) => forge(`${type ?? "User"}:${digits}`));
  for (const id of [...forgeries, ...ofType]) {
    const answer = await ask(server, query, variables(id), { token: ada.token });
    expect([id, codeOf(answer)]).toEqual([id, "BAD_ID"]);
    const argument = name.split(".").at(-1) ?? "";
    expect(answer.body.errors?.[0]?.message).toMatch(/must be an identifier from this server, got "/);
    if (isMutation) expect(answer.body.errors?.[0]?.message).toContain(argument);
    expect(answer.body.errors?.[0]?.message.length).toBeLessThan(200);
  }
  expect(await countRows(server.database)).toEqual(before);
});

const typed = places.filter(({ type }) => type !== undefined);
it.each(typed)("$name refuses identifiers of other types", async ({ query, variables, type }) => {
  for (const other of (["User", "Post", "Comment"] as const).filter((each) => each !== type)) {
    const answer = await ask(server, query, variables(toGlobalId(other, 1)), { token: ada.token });
    expect([codeOf(answer), answer.body.errors?.[0]?.message]).toEqual([
      "BAD_ID",
      expect.stringContaining(`must be an identifier of type ${type}, got one of type ${other}`),
    ]);
  }
  expect(await countRows(server.database)).toEqual(before);
});

it.each(places)(
  "$name finds nothing under the highest identifier there is",
  async ({ query, variables, type, isMutation }) => {
    const id = toGlobalId(type ?? "Post", Number.MAX_SAFE_INTEGER);
    const { body } = await ask(
      server,
      isMutation ? query.replace("__typename", "userErrors { code }") : query,
      variables(id),
      { token: ada.token },
    );
    expect(body.errors).toBeUndefined();
    const [answer] = Object.values(body.data);
    if (isMutation) expect(answer).toEqual({ userErrors: [{ code: "NOT_FOUND" }] });
    else expect([null, [null], { __typename: "PostConnection" }]).toContainEqual(answer);
    expect(await countRows(server.database)).toEqual(before);
  },
);

const changing = places.filter(({ isMutation }) => isMutation);
it.each(changing)("$name is not looked at for a visitor, who has to sign in", async ({ query, variables, type }) => {
  for (const id of ["", toGlobalId(type ?? "Post", 1)]) {
    expect(codeOf(await ask(server, query, variables(id)))).toBe("UNAUTHENTICATED");
  }
  expect(await countRows(server.database)).toEqual(before);
});
