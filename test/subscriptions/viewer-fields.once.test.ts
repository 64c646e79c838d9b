/** Exactly the fields that depend on the viewer have `@viewerDependent`; otherwise values would leak. */
import {
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  isUnionType,
} from "graphql";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Viewer } from "../../src/auth/viewer.js";
import type { Context } from "../../src/graphql/context.js";
import { loadSchema } from "../../src/graphql/schema.js";
import { createLoaders } from "../../src/loaders/loaders.js";
import { allFields } from "../../src/loaders/look-ahead.js";
import { unrestricted } from "../../src/loaders/visibility.js";
import { openLog } from "../../src/log.js";
import { liveContext } from "../../src/subscriptions/audience.js";
import { openTestDatabase, type TestDatabase } from "../harness/database.js";

/** Fields an execution for a listener can reach: all but those of queries and mutations. */
const roots = ["Query", "Mutation", "Subscription"];
const schema: GraphQLSchema = await loadSchema();
const types = Object.values(schema.getTypeMap()).filter(
  (type): type is GraphQLObjectType =>
    isObjectType(type) && !type.name.startsWith("__") && !roots.includes(type.name) && !type.name.endsWith("Payload"),
);
type Field = GraphQLField<unknown, Context>;
const fields = types.flatMap((type) =>
  Object.values(type.getFields()).map((field: Field) => ({ name: `${type.name}.${field.name}`, field })),
);
const isMarked = ({ astNode }: Field) => astNode?.directives?.some(({ name }) => name.value === "viewerDependent");

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

/** Something that is a user, a post, a comment and an event at once, alive and deleted. */
const sources = [false, true].map((isDeleted) => ({
  id: 1,
  authorId: 1,
  postId: 1,
  parentId: 1,
  isDeleted,
  email: "ada@example.org",
  text: "text",
  content: "content",
  position: 1,
  data: { userId: 1, followerId: 1, postId: 1, commentId: 1, authorId: 1 },
}));

/** Runs the resolver alone. What it answers does not matter, nor whether it can make sense of the source. */
async function run({ resolve }: Field, context: Context): Promise<void> {
  if (resolve === undefined) return;
  for (const source of sources) {
    // Resolvers here look at source, arguments and context, not at the rest.
    const info = { path: { key: "field" } } as Parameters<typeof resolve>[3];
    try {
      await resolve(source, {}, context, info);
    } catch {
      // See above.
    }
  }
}

test.each(fields)("$name looks at the viewer if it says so, and only then", async ({ field }) => {
  const log = openLog("silent");
  const loaders = createLoaders({
    query: database.query,
    selected: allFields,
    viewerId: null,
    visibility: unrestricted,
  });
  let looks = 0;
  const watch = (context: Context): Context =>
    new Proxy(context, {
      get(target, key) {
        if (key === "viewer") looks += 1;
        return Reflect.get(target, key);
      },
    });
  const viewer: Viewer = {
    id: 1,
    role: "ADMIN",
    sessionId: "",
    tokenExpiresAt: new Date(),
    blockedIds: [],
    hasHidden: false,
  };
  for (const audience of ["anyone", { viewer: null }, { viewer }] as const) {
    await run(field, watch(liveContext(audience, loaders, log)));
  }
  expect(looks > 0).toBe(isMarked(field) === true);
});

test("in a shared execution, looking at the viewer throws", () => {
  const context = liveContext(
    "anyone",
    createLoaders({ query: database.query, selected: allFields, viewerId: null, visibility: unrestricted }),
    openLog("silent"),
  );
  expect(() => context.viewer).toThrow("@viewerDependent");
  expect(() => context.services).toThrow("must not write");
});

test("a field of an interface or union that a marked field implements is marked as well", () => {
  const abstract = Object.values(schema.getTypeMap()).filter(isInterfaceType);
  for (const type of abstract) {
    for (const field of Object.values(type.getFields())) {
      const implementations = schema.getPossibleTypes(type).map((each) => each.getFields()[field.name] as Field);
      expect(implementations.some(isMarked), `${type.name}.${field.name}`).toBe(isMarked(field) ?? false);
    }
  }
  expect(Object.values(schema.getTypeMap()).filter(isUnionType)).toEqual([]);
});
