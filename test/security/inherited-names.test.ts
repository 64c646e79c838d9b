/**
 * Names that every object inherits, where clients may choose one: whatever the door, they are taken as any other name, for
 * `object[name]` finds something in an object that has nothing of that name.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { audience, type Issuer, startIssuer } from "../auth/issuer.js";
import { type Account, startTestServer, type TestServer } from "../harness/server.js";
import { connectSocket, openSocket } from "../subscriptions/socket.js";
import { sendBytes } from "./production.js";

const inherited = [...Object.getOwnPropertyNames(Object.prototype), "prototype", "toJSON"];
/** What any other name does, these should. */
const plain = "plainName";

let directory: string;
let issuer: Issuer;
let server: TestServer;
let graphqlJs: TestServer;
let ada: Account;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "parley-documents-"));
  const trustedDocumentsFile = join(directory, "persisted-documents.json");
  await writeFile(trustedDocumentsFile, '{"abc":"{ __typename }"}');
  issuer = await startIssuer(() => new Date());
  const config = {
    trustedDocuments: "allow" as const,
    trustedDocumentsFile,
    authIssuers: [{ issuer: issuer.url, audiences: [audience] }],
    webhookSources: [{ name: "github", kind: "github" as const, secret: "s".repeat(16) }],
    playground: true,
    // Whether a suggestion is found depends on how a name is written.
    introspection: false,
    worker: "off" as const,
    webhooksPerUser: 1_000,
  };
  server = await startTestServer({ config });
  graphqlJs = await startTestServer({ config: { compiledExecution: false, introspection: false } });
  ada = await server.signUp("ada");
  for (const each of [server, graphqlJs]) {
    const { token } = each === server ? ada : await each.signUp("ada");
    const query = "mutation ($input: CreatePostInput!) { createPost(input: $input) { post { id } } }";
    await each.graphql(query, { input: { title: "A title", content: "Text" } }, { token });
  }
});
afterAll(async () => {
  await Promise.all([server.close(), graphqlJs.close()]);
  await issuer.close();
  await rm(directory, { recursive: true });
});

/** What comes of a name: a text in which the name may stand. */
type Door = (name: string) => Promise<string>;

/** JSON by hand: an object literal with the member `__proto__` would have another prototype. */
const object = (name: string, value: string, ...more: string[]) => `{${[`"${name}":${value}`, ...more].join(",")}}`;

async function send(path: string, init: RequestInit, at = server): Promise<string> {
  const response = await fetch(`${at.url}${path}`, init);
  const isStream = response.headers.get("content-type")?.startsWith("text/event-stream");
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (let next = await reader?.read(); next?.done === false; next = await reader?.read()) {
    text += next.value;
    // A stream that has begun was taken.
    if (isStream) break;
  }
  await reader?.cancel();
  return `${response.status} ${text}`;
}

const post = (body: string, headers: [string, string][] = [], path = "/graphql", at = server) =>
  send(path, { method: "POST", headers: [["content-type", "application/json"], ...headers], body }, at);
const signedIn = (): [string, string] => ["authorization", `Bearer ${ada.token}`];
const operation = (query: string, variables = "{}", ...more: string[]) =>
  `{${[`"query":${JSON.stringify(query)}`, `"variables":${variables}`, ...more].join(",")}}`;

/** An operation over HTTP, by our execution and by graphql-js alone, and over Server-Sent Events. */
function everyWay(make: (name: string) => string): Door {
  return async (name) => {
    const body = make(name);
    const ways = [
      post(body),
      post(body, [], "/graphql", graphqlJs),
      post(body, [["accept", "text/event-stream"]], "/graphql/stream"),
    ];
    return (await Promise.all(ways)).join("\n");
  };
}

const ofOperations: Record<string, (name: string) => string> = {
  "an alias": (name) =>
    operation(
      `{ ${name}: posts(first: 1) { ${name}: totalCount nodes { ${name}: title author { ${name}: handle } } } }`,
    ),
  "an alias beside another": (name) => operation(`{ a: __typename ${name}: posts { nodes { title ${name}: title } } }`),
  "an alias of an alias": (name) => operation(`{ ${name}: viewer { id } b: posts { ${name}: nodes { title } } }`),
  "a variable": (name) =>
    operation(`query ($${name}: Int) { posts(first: $${name}) { totalCount } }`, object(name, "1")),
  "a variable that is not sent": (name) => operation(`query ($${name}: Int) { posts(first: $${name}) { totalCount } }`),
  "a variable that must be sent": (name) =>
    operation(`query ($${name}: Int!) { posts(first: $${name}) { totalCount } }`),
  "a variable in an object that is not sent": (name) =>
    operation(`query ($${name}: String) { posts(filter: { search: $${name} }) { totalCount } }`),
  "a moment in an object that is not sent": (name) =>
    operation(`query ($${name}: DateTime) { posts(filter: { createdAfter: $${name} }) { totalCount } }`),
  "an id in an object that is not sent": (name) =>
    operation(`query ($${name}: ID) { posts(filter: { authorId: $${name} }) { totalCount } }`),
  "a text of a mutation that is not sent": (name) =>
    operation(`mutation ($${name}: String) { updateProfile(input: { name: $${name} }) { userErrors { message } } }`),
  "a variable in an object": (name) =>
    operation(
      `query ($${name}: String) { posts(filter: { search: $${name} }) { totalCount } }`,
      object(name, '"title"'),
    ),
  "a variable in an object that is null": (name) =>
    operation(`query ($${name}: String) { posts(filter: { search: $${name} }) { totalCount } }`, object(name, "null")),
  "an enum variable in an object with a default": (name) =>
    operation(
      `query ($${name}: PostOrderField! = CREATED_AT) { posts(orderBy: { field: $${name}, direction: ASC }) { totalCount } }`,
    ),
  "an object variable": (name) =>
    operation(
      `query ($${name}: PostFilter) { posts(filter: $${name}) { totalCount } }`,
      object(name, '{"search":"title"}'),
    ),
  "a variable in a list": (name) =>
    operation(`query ($${name}: ID!) { nodes(ids: [$${name}]) { id } }`, object(name, '"a"')),
  "a variable with a default": (name) =>
    operation(`query ($${name}: Int = 1) { posts(first: $${name}) { totalCount } }`),
  "a variable of a condition": (name) =>
    operation(`query ($${name}: Boolean!) { posts { totalCount @include(if: $${name}) } }`, object(name, "true")),
  "a variable of a condition that is not sent": (name) =>
    operation(`query ($${name}: Boolean = false) { posts { totalCount @skip(if: $${name}) } }`),
  "a variable nobody declared": (name) => operation("{ __typename }", object(name, '{"a":1}')),
  "a variable that is not declared in its document": (name) => operation(`{ posts(first: $${name}) { totalCount } }`),
  "a variable declared twice": (name) =>
    operation(`query ($${name}: Int, $${name}: Int) { posts(first: $${name}) { totalCount } }`),
  "a fragment": (name) => operation(`{ posts { ...${name} } } fragment ${name} on PostConnection { totalCount }`),
  "a fragment that is not there": (name) => operation(`{ posts { ...${name} } }`),
  "an operation": (name) =>
    operation(`query ${name} { __typename } query Other { posts { totalCount } }`, "{}", `"operationName":"${name}"`),
  "an operation that is not there": (name) =>
    operation("query Other { __typename }", "{}", `"operationName":"${name}"`),
  "a field": (name) => operation(`{ ${name} posts { ${name} nodes { ${name} { ${name} } } } }`),
  "an argument": (name) => operation(`{ posts(${name}: 1) { totalCount } }`),
  "an enum value": (name) => operation(`{ posts(orderBy: { field: ${name}, direction: ASC }) { totalCount } }`),
  "an enum value in a variable": (name) =>
    operation(
      "query ($field: PostOrderField!) { posts(orderBy: { field: $field, direction: ASC }) { totalCount } }",
      `{"field":"${name}"}`,
    ),
  "an input field": (name) => operation(`{ posts(filter: { ${name}: 1 }) { totalCount } }`),
  "an input field in a variable": (name) =>
    operation(
      "query ($filter: PostFilter) { posts(filter: $filter) { totalCount } }",
      `{"filter":${object(name, '{"search":"a"}')}}`,
    ),
  "a type": (name) => operation(`{ posts { ... on ${name} { totalCount } } }`),
  "the type of a variable": (name) => operation(`query ($a: ${name}) { posts(first: $a) { totalCount } }`),
  "a directive": (name) => operation(`{ posts @${name} { totalCount } }`),
  "a type that introspection is asked for": (name) => operation(`{ __type(name: "${name}") { name } }`),
  "an id": (name) => operation(`{ node(id: "${name}") { id } }`),
  "a cursor": (name) => operation(`{ posts(after: "${name}") { totalCount } }`),
  "a handle": (name) => operation(`{ user(handle: "${name}") { id } }`),
  "words to search for": (name) => operation(`{ posts(filter: { search: "${name}" }) { totalCount } }`),
  "a member of the body": (name) => operation("{ __typename }", "{}", `"${name}":{"query":"{ nothing }"}`),
  "a member of extensions": (name) =>
    operation("{ __typename }", "{}", `"extensions":${object(name, '{"persistedQuery":1}')}`),
  "a member of a persisted query": (name) =>
    operation("{ __typename }", "{}", `"extensions":{"persistedQuery":${object(name, '"a"', '"version":1')}}`),
  "a hash": (name) => `{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"${name}"}}}`,
  "the id of a document": (name) => `{"documentId":"${name}"}`,
  "the only member of the body": (name) => object(name, '{"query":"{ __typename }"}'),
};

const search = (name: string, value: string) => `${new URLSearchParams([[name, value]])}`;
const preflight: [string, string][] = [["apollo-require-preflight", "1"]];
/** All that a socket is sent until an operation has ended or the socket closes, and how it closes. */
async function overSocket(messages: readonly string[], params = "{}"): Promise<string> {
  const { socket, messages: inbox, closing } = await openSocket(server.url);
  socket.send(`{"type":"connection_init","payload":${params}}`);
  await inbox.first(1);
  for (const message of messages) socket.send(message);
  const isLast = ({ type }: { type: string }) => type === "complete" || type === "error";
  if (messages.length > 0) await Promise.race([inbox.find(isLast).catch(() => undefined), closing]);
  socket.close(1000);
  const { code, reason } = await closing;
  return JSON.stringify([inbox.all, code, reason]);
}

const doors: Record<string, Door> = {
  ...Object.fromEntries(Object.entries(ofOperations).map(([what, make]) => [what, everyWay(make)])),
  "a header": (name) => post(operation("{ __typename }"), [[name, "a"]]),
  "a header of a hook": (name) => post("{}", [[name, "a"]], "/webhooks/github"),
  "the key of a retry": (name) =>
    post(operation(`mutation { unblockUser(input: { userId: "${ada.id}" }) { userErrors { code } } }`), [
      ["idempotency-key", name],
      signedIn(),
    ]),
  "the last event": (name) =>
    post(operation("subscription { postCreated { id } }"), [["last-event-id", name]], "/graphql/stream"),
  "an origin": (name) => post(operation("{ __typename }"), [["origin", name]]),
  "a media type": (name) => post(operation("{ __typename }"), [["accept", `application/${name}`]]),
  "an encoding": (name) => post(operation("{ __typename }"), [["accept-encoding", name]]),
  "a content type": (name) => send("/graphql", { method: "POST", headers: { "content-type": name }, body: "{}" }),
  "a query parameter": (name) => send(`/graphql?query={__typename}&${search(name, "{}")}`, { headers: preflight }),
  "a query parameter of a stream": (name) => send(`/graphql/stream?query={__typename}&${search(name, "{}")}`, {}),
  "a query parameter alone": (name) => send(`/graphql?${search(name, "{__typename}")}`, { headers: preflight }),
  "a path": (name) => send(`/${name}`, {}),
  "a path below another": async (name) =>
    (
      await Promise.all(
        ["/graphql/", "/graphql/assets/", "/health/", "/.well-known/"].map((path) => send(path + name, {})),
      )
    ).join("\n"),
  "a source of hooks": (name) => post("{}", [], `/webhooks/${name}`),
  "a method": (name) => sendBytes(server.url, `${name} /graphql HTTP/1.1\r\nhost: parley\r\nconnection: close\r\n\r\n`),
  "a scheme of authorization": (name) => post(operation("{ viewer { handle } }"), [["authorization", `${name} a`]]),
  "a token": (name) => post(operation("{ viewer { handle } }"), [["authorization", `Bearer ${name}`]]),
  "the kid of a token": async (name) =>
    post(operation("{ viewer { handle } }"), [["authorization", `Bearer ${await issuer.token({}, { kid: name })}`]]),
  "the issuer of a token": async (name) =>
    post(operation("{ viewer { handle } }"), [["authorization", `Bearer ${await issuer.token({ iss: name })}`]]),
  "a claim of a token": async (name) => {
    const token = await issuer.token(JSON.parse(object(name, '{"sub":"2","iss":"a"}')));
    return post(operation("{ viewer { role } }"), [["authorization", `Bearer ${token}`]]);
  },
  "the subject of a token": async (name) =>
    post(operation("{ viewer { role } }"), [["authorization", `Bearer ${await issuer.token({ sub: name })}`]]),
  "a webhook's subscription": (name) =>
    post(
      operation(
        "mutation ($input: CreateWebhookInput!) { createWebhook(input: $input) { webhook { description state } userErrors { message } } }",
        JSON.stringify({
          input: {
            url: "https://example.org/",
            description: name,
            subscription: `subscription ${name} { ${name}: postCreated { ${name}: id } }`,
          },
        }),
      ),
      [signedIn()],
    ),
  "a parameter of a connection": (name) => overSocket([], object(name, '{"authorization":"a"}')),
  "the id of an operation": (name) =>
    overSocket([`{"type":"subscribe","id":"${name}","payload":${operation("{ __typename }")}}`]),
  "the id of no operation": (name) =>
    overSocket([
      `{"type":"complete","id":"${name}"}`,
      `{"type":"subscribe","id":"a","payload":${operation("{ __typename }")}}`,
    ]),
  "a message": (name) => overSocket([`{"type":"${name}"}`]),
  "a member of a message": (name) =>
    overSocket([`{"type":"subscribe","id":"1","${name}":{"id":1},"payload":${operation("{ __typename }")}}`]),
  "an event": async (name) => {
    const socket = await connectSocket(server.url, ada.token);
    const query = `subscription ${name}($${name}: ID) { ${name}: postCreated(authorId: $${name}) { ${name}: post { ${name}: title } } }`;
    socket.send(`{"type":"subscribe","id":"${name}","payload":${operation(query)}}`);
    const stream = await fetch(`${server.url}/graphql/stream`, {
      method: "POST",
      headers: [["content-type", "application/json"]],
      body: operation(query),
    });
    await socket.messages.first(1);
    const create = "mutation ($input: CreatePostInput!) { createPost(input: $input) { userErrors { code } } }";
    const make = () => server.graphql(create, { input: { title: "A title", content: "Text" } }, { token: ada.token });
    const event = socket.messages.find(({ type }) => type === "next" || type === "error");
    // Until the socket has been taken in, which nothing tells.
    let sent = await Promise.race([event, make()]);
    while (!("type" in sent)) sent = await Promise.race([event, make()]);
    await socket.close();
    let text = "";
    for await (const chunk of stream.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk;
      if (/^data: .*\n\n/m.test(text)) break;
    }
    return `${JSON.stringify(sent)} ${/^data: .*$/m.exec(text)?.[0]}`;
  },
};

/** The answer without the name in it, in any case, and without what differs each time. */
function shown(text: string, name: string): string {
  return text
    .replaceAll(new RegExp(name, "gi"), "«name»")
    .replaceAll(encodeURIComponent(name), "«name»")
    .replace(
      /"requestId":"[^"]*"|"x-request-id: [^\r]*|x-request-id: \S+|Date: [^\r]*|"column":\d+|content-length: \d+/g,
      "…",
    )
    .replace(/^id: .*$/gm, "id: …");
}

const expected = new Map<string, Promise<string>>();

describe.each(Object.entries(doors))("%s", (what, door) => {
  test.each(inherited)("%s", async (name) => {
    const known = expected.get(what) ?? door(plain);
    expected.set(what, known);
    const answer = shown(await door(name), name);
    expect(answer).toBe(shown(await known, plain));
    expect(answer).not.toMatch(/^5\d\d |HTTP\/1\.1 5|INTERNAL_SERVER_ERROR|native code/m);
  });
});
