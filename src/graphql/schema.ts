/** Builds the executable schema from schema.graphql and the resolvers. */
import { readFile } from "node:fs/promises";
import { makeExecutableSchema } from "@graphql-tools/schema";
import { defaultFieldResolver, type GraphQLSchema } from "graphql";
import { publicEventTypes } from "../events/event.js";
import { type ShowHtml, showWithoutStoring } from "../markdown/html-store.js";
import { packageRoot } from "../package-root.js";
import type { Context } from "./context.js";
import { createResolvers } from "./resolvers/resolvers.js";

/** `showHtml` shows texts that are stored without HTML. Default: it is rendered each time. */
export async function loadSchema(showHtml: ShowHtml = showWithoutStoring): Promise<GraphQLSchema> {
  const typeDefs = await readFile(new URL("schema.graphql", packageRoot), "utf8");
  const schema = makeExecutableSchema<Context>({
    typeDefs,
    // An enum's values, unlike resolvers, are not in the generated types.
    resolvers: { ...createResolvers(showHtml), EventType: publicEventTypes },
    resolverValidationOptions: { requireResolversToMatchSchema: "error" },
  });
  announceMutationFields(schema);
  return schema;
}

/** Fields of a mutation run one after the other (GraphQL specification, 6.2.2): each begins with reads of its own. */
function announceMutationFields(schema: GraphQLSchema): void {
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    const { resolve = defaultFieldResolver } = field;
    field.resolve = (source, args, context: Context, info) => {
      context.beginMutationField(String(info.path.key));
      return resolve(source, args, context, info);
    };
  }
}
