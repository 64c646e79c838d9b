/** Builds the executable schema from schema.graphql and the resolvers. */
import { readFile } from "node:fs/promises";
import { makeExecutableSchema } from "@graphql-tools/schema";
import type { GraphQLSchema } from "graphql";
import { publicEventTypes } from "../events/event.js";
import { type ShowHtml, showWithoutStoring } from "../markdown/html-store.js";
import { packageRoot } from "../package-root.js";
import { type RateLimiter, unlimited } from "../rate-limit/rate-limit.js";
import type { Context } from "./context.js";
import { limitPasswords } from "./plugins/limit-passwords.js";
import { startMutationField, wrapMutationFields } from "./plugins/wrap-mutation-fields.js";
import { createResolvers } from "./resolvers/resolvers.js";

/**
 * `showHtml` shows texts that are stored without HTML. Default: it is rendered each time. `limiter` limits passwords.
 * Default: none.
 */
export async function loadSchema(
  showHtml: ShowHtml = showWithoutStoring,
  limiter: RateLimiter = unlimited,
): Promise<GraphQLSchema> {
  const typeDefs = await readFile(new URL("schema.graphql", packageRoot), "utf8");
  const schema = makeExecutableSchema<Context>({
    typeDefs,
    // An enum's values, unlike resolvers, are not in the generated types.
    resolvers: { ...createResolvers(showHtml), EventType: publicEventTypes },
    resolverValidationOptions: { requireResolversToMatchSchema: "error" },
    // A test validates it (test/architecture/schema.test.ts); a start needs not.
    assumeValidSDL: true,
    updateResolversInPlace: true,
  });
  wrapMutationFields(schema, [startMutationField, limitPasswords(schema, limiter)]);
  return schema;
}
