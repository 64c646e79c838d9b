/** Runs operations in process as the server does. */
import { randomUUID } from "node:crypto";
import type { ApolloServer } from "@apollo/server";
import { GraphQLError, type GraphQLSchema } from "graphql";
import { LRUCache } from "lru-cache";
import type { Viewer } from "../../src/auth/viewer.js";
import { readConfig } from "../../src/config/config.js";
import type { Query, SqlValue } from "../../src/db/database.js";
import { toGlobalId } from "../../src/db/global-id.js";
import type { Cancellation } from "../../src/deadline.js";
import type { EventDataOf, PublicEventType } from "../../src/events/event.js";
import { createExecute, type Execute } from "../../src/execution/execute.js";
import { startApollo } from "../../src/graphql/apollo.js";
import { type Context, type ContextDependencies, createContext } from "../../src/graphql/context.js";
import { createDocumentGuard } from "../../src/graphql/documents/document-bounds.js";
import { DocumentStore } from "../../src/graphql/documents/document-store.js";
import { loadSchema } from "../../src/graphql/schema.js";
import { openLog } from "../../src/log.js";
import { unlimited } from "../../src/rate-limit/rate-limit.js";
import { LiveReads } from "../../src/subscriptions/event-loaders.js";
import { Group } from "../../src/subscriptions/group.js";
import { createOperationReader, type OperationReader } from "../../src/subscriptions/operation.js";
import { OperationErrors } from "../../src/subscriptions/operation-errors.js";
import { dependenciesOn, unhurried } from "../harness/context.js";
import { openTestDatabase } from "../harness/database.js";
import type { Written } from "./generated-operations.js";

/** What a client is sent, but for the form of its transport. */
export interface Answered {
  readonly status: number;
  readonly data?: unknown;
  readonly errors?: readonly { readonly message: unknown; readonly extensions?: Readonly<Record<string, unknown>> }[];
}

export interface OperationRunner {
  readonly schema: GraphQLSchema;
  /** Of what is there at the start. */
  readonly ids: readonly string[];
  /** A visitor, a user and an admin. */
  readonly viewers: readonly (Viewer | null)[];
  run(operation: Written, viewer: Viewer | null): Promise<Answered>;
  close(): Promise<void>;
}

const log = openLog("silent");
/** Types of which there are rows 1 to 3. */
const kinds = ["User", "Post", "Comment"] as const;
const users = `INSERT INTO users (handle, handle_skeleton, name, role)
  VALUES ('ada', 'ada', 'Ada', 'USER'), ('bob', 'bob', 'Bob', 'ADMIN'), ('carol', 'carol', 'Carol', 'USER')`;
/** What the user and the admin have done, so that every counter is right. */
const history: readonly [viewer: number, field: string][] = [
  [1, 'createPost(input: { title: "One", content: "**one**" })'],
  [2, 'createPost(input: { title: "Two", content: "two" })'],
  [1, 'createPost(input: { title: "Three", content: "three" })'],
  [2, `createComment(input: { postId: "${toGlobalId("Post", 1)}", text: "a" })`],
  [
    1,
    `createComment(input: { postId: "${toGlobalId("Post", 1)}", parentId: "${toGlobalId("Comment", 1)}", text: "b" })`,
  ],
  [1, `createComment(input: { postId: "${toGlobalId("Post", 2)}", text: "c" })`],
  [2, `likePost(input: { postId: "${toGlobalId("Post", 1)}" })`],
  [1, `followUser(input: { userId: "${toGlobalId("User", 2)}" })`],
  [2, `followUser(input: { userId: "${toGlobalId("User", 3)}" })`],
];

export async function openRunner(): Promise<OperationRunner> {
  const config = readConfig({});
  const database = await openTestDatabase();
  await database.prisma.$executeRawUnsafe(users);
  const schema = await loadSchema();
  const guard = createDocumentGuard(schema, config.limits.document);
  const store = new DocumentStore(config.limits.documentStoreNodes);
  const execute = createExecute(schema);
  const { query, forget } = remembering(database.query);
  const ofServer = await dependenciesOn({ ...database, query }, () => new Date());
  const dependencies = { ...ofServer, onCommitted: async () => forget() };
  const apollo = await startApollo({ schema, execute, config, guard, store, limiter: unlimited, log });
  const viewers = [null, viewerOf(1, "USER"), viewerOf(2, "ADMIN")];
  for (const [viewer, field] of history) {
    const done = { kind: "mutation", query: `mutation { ${field} { userErrors { code } } }`, variables: {} } as const;
    const { errors } = await executeOnce(apollo, dependencies, done, viewers[viewer] ?? null);
    if (errors !== undefined) throw new Error(`${field}: ${JSON.stringify(errors)}`);
  }
  const live = { reader: createOperationReader(schema, guard, { store }), execute, query };
  return {
    schema,
    ids: kinds.flatMap((type) => [1, 2, 3, 99].map((id) => toGlobalId(type, id))),
    viewers,
    run: (operation, viewer) =>
      operation.kind === "subscription"
        ? listenOnce(live, operation, viewer)
        : executeOnce(apollo, dependencies, operation, viewer),
    async close() {
      await apollo.stop();
      await database.close();
    },
  };
}

/** Asks the database once for what is asked many times, until something changes: half of the work would be there. */
function remembering(query: Query): { readonly query: Query; forget(): void } {
  const known = new LRUCache<string, Promise<unknown[]>>({ max: 2_000 });
  return {
    query: <Row>(text: string, values: readonly SqlValue[], signal?: Cancellation) => {
      const key = JSON.stringify([text, values]);
      const rows = known.get(key) ?? query<Row>(text, values, signal);
      known.set(key, rows);
      // It was asked with this text before, so these are rows of the same kind.
      return rows as Promise<Row[]>;
    },
    forget: () => known.clear(),
  };
}

function viewerOf(id: number, role: Viewer["role"]): Viewer {
  const tokenExpiresAt = new Date(Date.now() + 3_600_000);
  return { id, role, sessionId: randomUUID(), tokenExpiresAt, blockedIds: [], hasHidden: false };
}

async function executeOnce(
  apollo: ApolloServer<Context>,
  dependencies: ContextDependencies,
  { query, variables }: Written,
  viewer: Viewer | null,
): Promise<Answered> {
  const contextValue = createContext(dependencies, {
    viewer,
    address: "192.0.2.1",
    openLog: () => log,
    deadline: unhurried,
  });
  try {
    const { body, http } = await apollo.executeOperation({ query, variables: { ...variables } }, { contextValue });
    if (body.kind !== "single") throw new Error("answered in parts");
    return { status: http.status ?? 200, ...body.singleResult };
  } catch (error) {
    // What is refused before the pipeline; over HTTP it is an answer like any other.
    if (!(error instanceof GraphQLError)) throw error;
    const { http, ...extensions } = error.extensions;
    return { status: statusIn(http), errors: [{ message: error.message, extensions }] };
  }
}

function statusIn(http: unknown): number {
  const status = typeof http === "object" && http !== null && "status" in http ? http.status : undefined;
  return typeof status === "number" ? status : 500;
}

interface LiveParts {
  readonly reader: OperationReader;
  readonly execute: Execute;
  readonly query: Query;
}

/** As a listener who is sent one event, which is about something that is there. */
async function listenOnce(
  { reader, execute, query }: LiveParts,
  asked: Written,
  viewer: Viewer | null,
): Promise<Answered> {
  try {
    const operation = reader.read(asked, viewer);
    const type = operation.types[0];
    const data = happenings.find((each) => each.type === type);
    if (data === undefined) return { status: 200, data: null };
    const event = { position: 1, occurredAt: "2026-11-21T09:30:00.000Z", cursor: "cursor", data };
    const nobodyBlocks = { now: (each: Viewer) => each, blockedBy: () => [] };
    const { payload } = await new Group(operation, execute, nobodyBlocks, log).execute(event, new LiveReads(query));
    return { status: 200, ...JSON.parse(payload.json) };
  } catch (error) {
    if (error instanceof OperationErrors) return { status: 400, errors: error.errors };
    if (error instanceof GraphQLError) return { status: 400, errors: [error] };
    throw error;
  }
}

const happenings: readonly EventDataOf<PublicEventType>[] = [
  { type: "UserCreated", userId: 1 },
  { type: "PostCreated", postId: 1, authorId: 1 },
  { type: "PostUpdated", postId: 1, authorId: 1 },
  { type: "PostDeleted", postId: 99, authorId: null },
  { type: "PostLiked", postId: 1, userId: 2 },
  { type: "CommentAdded", postId: 1, commentId: 1, authorId: 2 },
  { type: "CommentUpdated", postId: 1, commentId: 1, authorId: 2 },
  { type: "CommentDeleted", postId: 1, commentId: 99, authorId: null },
  { type: "UserFollowed", userId: 2, followerId: 1 },
];
