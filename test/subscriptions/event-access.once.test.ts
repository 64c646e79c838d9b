/** Access is decided for each event and listener: not everybody receives the removal of a like or a follow. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Account, startTestServer, type TestServer } from "../harness/server.js";
import { act, comment, cursorNow, post } from "./acting.js";
import { type Listener, listen, type SentEvent } from "./listener.js";

const query = `subscription ($after: String) { events(after: $after) {
  __typename cursor ... on PostCreated { post { title } } ... on UserUpdated { user { email } }
} }`;
const restricted = ["PostUnliked", "CommentUnliked", "UserUnfollowed"];

let server: TestServer;
let postId: string;
let commentId: string;
const people: Record<string, Account> = {};
const person = (handle: string): Account => people[handle] as Account;

beforeAll(async () => {
  server = await startTestServer();
  for (const handle of ["actor", "other", "moderator", "the_admin"]) people[handle] = await server.signUp(handle);
  await setRole("moderator", "MODERATOR");
  await setRole("the_admin", "ADMIN");
  postId = await post(server.url, person("other"), "Liked");
  commentId = await comment(server.url, person("other"), { postId, text: "Liked" });
});
afterAll(() => server.close());

async function setRole(handle: string, role: "USER" | "MODERATOR" | "ADMIN"): Promise<void> {
  await server.database.prisma.user.updateMany({ where: { handle }, data: { role } });
}

/** Likes and follows, and takes it all back; a post comes last. */
async function takeBack(title: string): Promise<void> {
  const actor = person("actor");
  for (const field of ["likePost", "unlikePost"]) await act(server.url, actor, field, { postId });
  for (const field of ["likeComment", "unlikeComment"]) await act(server.url, actor, field, { commentId });
  for (const field of ["followUser", "unfollowUser"])
    await act(server.url, actor, field, { userId: person("other").id });
  await post(server.url, actor, title);
}

async function restrictedEvents(listener: Listener, title: string): Promise<string[]> {
  const isLast = ({ post: about }: SentEvent) => about?.title === title;
  const events = await listener.events.through(isLast);
  return events.map(({ __typename }) => __typename).filter((name) => restricted.includes(name));
}

test("removing a like or a follow is sent to its user, to moderators and to admins", async () => {
  const handles = [undefined, "other", "actor", "moderator", "the_admin"];
  const listeners = [];
  for (const handle of handles) listeners.push(await listen(server, { query }, handle && person(handle).token));
  await takeBack("First");
  for (const [index, listener] of listeners.entries()) {
    expect(await restrictedEvents(listener, "First")).toEqual(index < 2 ? [] : restricted);
  }
  await Promise.all(listeners.map((each) => each.close()));
});

test("it is the same on resume", async () => {
  const after = await cursorNow(server.database);
  await takeBack("Later");
  for (const handle of [undefined, "other", "actor", "moderator"]) {
    const listener = await listen(server, { query, variables: { after } }, handle && person(handle).token);
    const expected = handle === "actor" || handle === "moderator" ? restricted : [];
    expect(await restrictedEvents(listener, "Later")).toEqual(expected);
    await listener.close();
  }
});

test("a moderator who loses the role receives it no longer, on the same socket", async () => {
  const listener = await listen(server, { query }, person("moderator").token);
  await takeBack("Before");
  expect(await restrictedEvents(listener, "Before")).toEqual(restricted);
  await setRole("moderator", "USER");
  await takeBack("After");
  expect(await restrictedEvents(listener, "After")).toEqual(restricted);
  await setRole("moderator", "MODERATOR");
  await takeBack("Again");
  expect(await restrictedEvents(listener, "Again")).toEqual([...restricted, ...restricted]);
  await listener.close();
});

test("an admin who loses the role sees no e-mail addresses any longer, on the same socket nor on a new one", async () => {
  const listener = await listen(server, { query }, person("the_admin").token);
  const email = person("actor").email;
  await act(server.url, person("actor"), "updateProfile", { bio: "One" });
  expect(await listener.events.first(1)).toMatchObject([{ user: { email } }]);
  await setRole("the_admin", "USER");
  await act(server.url, person("actor"), "updateProfile", { bio: "Two" });
  expect((await listener.events.first(2))[1]).toMatchObject({ user: { email: null } });
  const second = await listen(server, { query }, person("the_admin").token);
  await act(server.url, person("actor"), "updateProfile", { bio: "Three" });
  expect(await second.events.first(1)).toMatchObject([{ user: { email: null } }]);
  await setRole("the_admin", "ADMIN");
  await Promise.all([listener.close(), second.close()]);
});
