import { auditServer } from "graphql-http";
import { expect, test } from "vitest";
import { startTestServer } from "../harness/server.js";

test("the audit of GraphQL over HTTP finds no failure of a MUST or a SHOULD", async () => {
  const server = await startTestServer();
  const results = await auditServer({ url: `${server.url}/graphql`, fetchFn: fetch });
  await server.close();

  const failed = results.filter(({ status }) => status !== "ok");
  const optional = failed.filter(({ status }) => status === "notice").map(({ id, name }) => `${id} ${name}`);
  process.stdout.write(`GraphQL over HTTP, what MAY be and is not:\n${optional.join("\n")}\n`);
  expect(results.length).toBeGreaterThanOrEqual(61);
  // Apollo Server by default does not meet these (docs/architecture.md); src/graphql/plugins/media-type.ts corrects the status.
  const mended = ["572B", "FDE2", "7B9B"];
  expect(results.filter(({ id, status }) => mended.includes(id) && status === "ok")).toHaveLength(mended.length);
  expect(failed.filter(({ status }) => status !== "notice")).toEqual([]);
});
