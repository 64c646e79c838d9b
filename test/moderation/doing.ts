/** What people and moderators do in these tests, and what they are shown of it. */
import { type Account, startTestServer, type TestServer, type TestServerOptions } from "../harness/server.js";

export interface Community {
  readonly server: TestServer;
  readonly ada: Account;
  readonly bob: Account;
  readonly carol: Account;
  readonly moderator: Account;
  readonly admin: Account;
}

type Who = Pick<Account, "token">;

export async function openCommunity(options?: TestServerOptions): Promise<Community> {
  const server = await startTestServer(options);
  const people = {
    ada: await server.signUp("ada"),
    bob: await server.signUp("bob"),
    carol: await server.signUp("carol"),
    moderator: await server.signUp("moderator"),
    admin: await server.signUp("the_admin"),
  };
  const { prisma } = server.database;
  await prisma.user.update({ where: { handle: "moderator" }, data: { role: "MODERATOR" } });
  await prisma.user.update({ where: { handle: "the_admin" }, data: { role: "ADMIN" } });
  // What roles they have was read when they signed up at the earliest: nobody has asked for anything yet.
  return { server, ...people };
}

/** Asks for something; a visitor when nobody does. Throws when there are errors at the top level. */
export async function read(server: TestServer, query: string, who?: Who, variables: Record<string, unknown> = {}) {
  const { body } = await server.graphql(query, variables, who);
  if (body.errors) throw new Error(JSON.stringify(body.errors));
  return body.data;
}

/** Does one mutation and returns its payload, refusals as their codes. Throws when there are errors at the top level. */
export async function act(server: TestServer, who: Who | undefined, field: string, input: object, selection = "") {
  const type = `${field.charAt(0).toUpperCase()}${field.slice(1)}Input`;
  const query = `mutation ($input: ${type}!) { ${field}(input: $input) { ${selection} userErrors { code message } } }`;
  const payload = (await read(server, query, who, { input }))[field];
  const refusals: string[] = payload.userErrors.map(({ code }: { code: string }) => code);
  return { ...payload, refusals };
}

export async function post(server: TestServer, who: Who, title: string, content = "about it"): Promise<string> {
  return (await act(server, who, "createPost", { title, content }, "post { id }")).post.id;
}

export async function comment(
  server: TestServer,
  who: Who,
  postId: string,
  text: string,
  parentId?: string,
): Promise<string> {
  return (await act(server, who, "createComment", { postId, text, parentId }, "comment { id }")).comment.id;
}

/** Code of the error at the top level that a mutation is answered with. */
export async function errorOf(server: TestServer, who: Who | undefined, field: string, input: object) {
  const type = `${field.charAt(0).toUpperCase()}${field.slice(1)}Input`;
  const query = `mutation ($input: ${type}!) { ${field}(input: $input) { userErrors { code } } }`;
  const { body } = await server.graphql(query, { input }, who);
  return body.errors?.[0]?.extensions.code;
}
