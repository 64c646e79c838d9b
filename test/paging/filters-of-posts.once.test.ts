/** Filters of posts, alone, together, in every order, and page by page from either end. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { toGlobalId } from "../../src/db/global-id.js";
import { startTestServer, type TestServer } from "../harness/server.js";
import { type Item, pageOf } from "./model.js";
import { walk } from "./walk.js";

/** One post each hour, by turns of three authors; every fourth is about owls. */
const count = 72;
const start = Date.parse("2024-03-01T00:00:00.000Z");
const hourMs = 3_600_000;
const at = (hour: number) => new Date(start + hour * hourMs).toISOString();
const authorOf = (hour: number) => 1 + (hour % 3);
const isAboutOwls = (hour: number) => hour % 4 === 0;

const posts = Array.from({ length: count }, (_, hour) => {
  const keys = { CREATED_AT: at(hour), LIKE_COUNT: hour % 5, COMMENT_COUNT: (hour * 7) % 11 };
  return { hour, item: { id: toGlobalId("Post", hour + 1), rowId: hour + 1, keys } satisfies Item };
});

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({
    seed: async ({ prisma }) => {
      const names = ["ann", "ben", "cat"];
      await prisma.user.createMany({ data: names.map((name) => ({ handle: name, handleSkeleton: name, name })) });
      await prisma.post.createMany({
        data: posts.map(({ hour, item: { keys } }) => ({
          authorId: authorOf(hour),
          title: isAboutOwls(hour) ? "On owls" : "On the weather",
          content: `Hour ${hour}`,
          createdAt: keys.CREATED_AT,
          likeCount: keys.LIKE_COUNT,
          commentCount: keys.COMMENT_COUNT,
        })),
      });
    },
  });
});
afterAll(() => server.close());

const ben = toGlobalId("User", 2);
const cases = [
  { filter: `{ authorId: "${ben}" }`, fits: (hour: number) => authorOf(hour) === 2 },
  { filter: '{ search: "owl" }', fits: isAboutOwls },
  { filter: `{ createdAfter: "${at(30)}" }`, fits: (hour: number) => hour > 30 },
  { filter: `{ createdBefore: "${at(30)}" }`, fits: (hour: number) => hour < 30 },
  { filter: `{ createdAfter: "${at(10)}", createdBefore: "${at(50)}" }`, fits: (h: number) => h > 10 && h < 50 },
  {
    filter: `{ authorId: "${ben}", search: "owls", createdAfter: "${at(4)}", createdBefore: "${at(70)}" }`,
    fits: (hour: number) => authorOf(hour) === 2 && isAboutOwls(hour) && hour > 4 && hour < 70,
  },
];
const orders = ["CREATED_AT", "LIKE_COUNT", "COMMENT_COUNT"].flatMap((field) =>
  (["ASC", "DESC"] as const).map((direction) => ({ field, direction })),
);

test.each(cases)("$filter: the posts that fit, in every order, page by page", async ({ filter, fits }) => {
  const items = posts.filter(({ hour }) => fits(hour)).map(({ item }) => item);
  expect(items.length).toBeGreaterThan(4);
  for (const order of orders) {
    const expected = pageOf(items, { order, first: 100 }).items.map(({ id }) => id);
    const args = `filter: ${filter}, orderBy: { field: ${order.field}, direction: ${order.direction} }`;
    for (const isBackward of [false, true]) {
      const met = await walk(server, { field: "posts", pageSize: 4, isBackward, args });
      expect(met.map(({ id }) => id)).toEqual(expected);
    }
    const { body } = await server.graphql(`{ posts(first: 3, offset: 2, ${args}) { nodes { id } totalCount } }`);
    expect(body.data.posts).toEqual({ nodes: expected.slice(2, 5).map((id) => ({ id })), totalCount: items.length });
  }
});

async function hoursOf(filter: string): Promise<number[]> {
  const { body } = await server.graphql(`{ posts(first: 100, filter: ${filter}) { nodes { id } totalCount } }`);
  expect(body.errors).toBeUndefined();
  const ids: string[] = body.data.posts.nodes.map(({ id }: { id: string }) => id);
  expect(body.data.posts.totalCount).toBe(ids.length);
  return posts.filter(({ item }) => ids.includes(item.id)).map(({ hour }) => hour);
}

test("both ends of a period are outside it", async () => {
  expect(await hoursOf(`{ createdAfter: "${at(5)}", createdBefore: "${at(8)}" }`)).toEqual([6, 7]);
  expect(await hoursOf(`{ createdAfter: "${at(5)}", createdBefore: "${at(6)}" }`)).toEqual([]);
  expect(await hoursOf(`{ createdAfter: "${at(8)}", createdBefore: "${at(5)}" }`)).toEqual([]);
});

test("a period may be given in any zone, and finer than a millisecond is cut", async () => {
  expect(await hoursOf('{ createdBefore: "2024-03-01T03:00:00+02:00" }')).toEqual([0]);
  expect(await hoursOf('{ createdBefore: "2024-03-01T01:00:00.0019Z" }')).toEqual([0, 1]);
});

test("an author who wrote nothing, or does not exist, has no posts", async () => {
  expect(await hoursOf(`{ authorId: "${toGlobalId("User", 999)}" }`)).toEqual([]);
});

test("an empty filter, and one of nulls, leave nothing out", async () => {
  expect(await hoursOf("{}")).toHaveLength(count);
  expect(await hoursOf("{ authorId: null, search: null, createdAfter: null, createdBefore: null }")).toHaveLength(
    count,
  );
});

test("a cursor of a filtered list is good for the same order without the filter", async () => {
  const { body } = await server.graphql(`{ posts(first: 1, filter: { search: "owl" }) { pageInfo { endCursor } } }`);
  const after = body.data.posts.pageInfo.endCursor;
  const next = await server.graphql(`{ posts(first: 2, after: "${after}") { nodes { content } } }`);
  expect(next.body.data.posts.nodes).toEqual([{ content: "Hour 67" }, { content: "Hour 66" }]);
});
