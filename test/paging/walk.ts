/** Walks through lists page by page, as a client does: from either end, until there is no next page. */
import { expect } from "vitest";
import type { TestServer } from "../harness/server.js";

export interface Walk {
  /** Such as `posts`, or `comments` with `of`. */
  readonly field: string;
  /** Type of the parents; left out for a field of `Query`. */
  readonly of?: "Post" | "Comment" | "User";
  readonly pageSize: number;
  readonly isBackward: boolean;
  /** Further arguments, such as a filter. */
  readonly args?: string;
  /** Further fields of each item. */
  readonly select?: string;
  /** Called after each request. */
  readonly between?: () => Promise<void>;
}

export interface Met {
  readonly id: string;
  readonly [field: string]: unknown;
}

interface Open {
  readonly parent: string | undefined;
  readonly cursor: string | null;
  readonly pages: Met[][];
}

const parentsInARequest = 60;

/** Everything met in one list of `Query`, in the order of the list. */
export async function walk(server: TestServer, options: Walk): Promise<Met[]> {
  const [met = []] = await walkEach(server, [undefined], options);
  return met;
}

/** Everything met in the list of each parent, each in the order of its list. */
async function walkEach(server: TestServer, parents: readonly (string | undefined)[], options: Walk): Promise<Met[][]> {
  const walks = parents.map((parent): Open => ({ parent, cursor: null, pages: [] }));
  let open = walks;
  while (open.length > 0) {
    const going: Open[] = [];
    for (let at = 0; at < open.length; at += parentsInARequest) {
      going.push(...(await step(server, open.slice(at, at + parentsInARequest), options)));
      await options.between?.();
    }
    open = going;
  }
  return walks.map(({ pages }) => (options.isBackward ? pages.reverse() : pages).flat());
}

/** Reads the next page of each walk. Returns those that go on. */
async function step(server: TestServer, walks: readonly Open[], options: Walk): Promise<Open[]> {
  const { field, of, pageSize, isBackward, args = "", select = "" } = options;
  const fields = walks.map(({ parent, cursor }, index) => {
    const from = cursor === null ? "" : `${isBackward ? "before" : "after"}: "${cursor}"`;
    const list = `${field}(${isBackward ? "last" : "first"}: ${pageSize} ${from} ${args})
      { nodes { id ${select} } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }`;
    return parent === undefined
      ? `a${index}: ${list}`
      : `a${index}: node(id: "${parent}") { ... on ${of} { ${list} } }`;
  });
  const { body } = await server.graphql(`{ ${fields.join("\n")} }`);
  expect(body.errors).toBeUndefined();
  return walks.flatMap((open, index) => {
    const answer = body.data[`a${index}`];
    const page = open.parent === undefined ? answer : answer?.[field];
    // The parent may have gone on the way.
    if (page === undefined || page === null) return [];
    const { hasNextPage, hasPreviousPage, startCursor, endCursor } = page.pageInfo;
    open.pages.push(page.nodes);
    expect(page.nodes.length).toBeLessThanOrEqual(pageSize);
    const goesOn = isBackward ? hasPreviousPage : hasNextPage;
    return goesOn ? [{ ...open, cursor: isBackward ? startCursor : endCursor }] : [];
  });
}

/** All comments of the posts: those on the posts, their replies, the replies to those, as deep as it goes. */
export async function walkComments(
  server: TestServer,
  posts: readonly string[],
  options: Pick<Walk, "pageSize" | "isBackward" | "between">,
): Promise<Met[]> {
  const all: Met[] = [];
  let level = (await walkEach(server, posts, { ...options, field: "comments", of: "Post" })).flat();
  while (level.length > 0) {
    all.push(...level);
    const ids = level.map(({ id }) => id);
    level = (await walkEach(server, ids, { ...options, field: "replies", of: "Comment" })).flat();
  }
  return all;
}
