import { expect, test } from "vitest";
import { plantDemo } from "../../src/demo/plant.js";
import { startTestServer } from "../harness/server.js";
import { recordStatements } from "../harness/statements.js";

const feed = `{ posts(first: 20) { nodes { id title createdAt author { id name handle }
  comments(first: 3) { nodes { id text author { id name } } } } } }`;

test("the feed takes four statements, whatever the number of rows", async () => {
  const seed = async (database: { prisma: Parameters<typeof plantDemo>[0] }) => {
    await plantDemo(database.prisma, new Date());
  };
  const server = await startTestServer({ seed });
  const { result, statements } = await recordStatements(() => server.graphql(feed));
  await server.close();

  expect(result.body.errors).toBeUndefined();
  expect(result.body.data.posts.nodes).toHaveLength(20);
  expect(statements).toHaveLength(4);
});
