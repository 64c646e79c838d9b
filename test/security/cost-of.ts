/** The cost of a valid operation of Parley's schema, without a limit. */
import { getOperationAST, parse, validate } from "graphql";
import { expect } from "vitest";
import { readConfig } from "../../src/config/config.js";
import { createDocumentGuard } from "../../src/graphql/documents/document-bounds.js";
import { loadSchema } from "../../src/graphql/schema.js";

const schema = await loadSchema();
const guard = createDocumentGuard(schema, { ...readConfig({}).limits.document, cost: Number.MAX_SAFE_INTEGER });

export function costOf(query: string, variables: Record<string, unknown> = {}): number {
  const document = parse(query);
  expect(validate(schema, document)).toEqual([]);
  const operation = getOperationAST(document);
  if (!operation) throw new Error("the document has one operation");
  return guard.costOf(document, operation, variables);
}
