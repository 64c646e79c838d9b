/** Wraps the resolvers of all mutation fields: the one place where code runs around them. Listed in schema.ts. */
import { defaultFieldResolver, type GraphQLFieldResolver, type GraphQLSchema } from "graphql";
import type { Context } from "../context.js";

type Resolver = GraphQLFieldResolver<unknown, Context>;

/** Returns the resolver to use for the field instead: the same one if the field is not concerned. */
export type MutationWrapper = (resolve: Resolver, fieldName: string) => Resolver;

/** Changes the schema's resolvers. The first wrapper runs first. */
export function wrapMutationFields(schema: GraphQLSchema, wrappers: readonly MutationWrapper[]): void {
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    const { resolve = defaultFieldResolver } = field;
    field.resolve = wrappers.reduceRight<Resolver>((inner, wrap) => wrap(inner, field.name), resolve);
  }
}

/** Fields of a mutation run one after the other (GraphQL specification, 6.2.2): each begins with reads of its own. */
export const startMutationField: MutationWrapper = (resolve) => (source, args, context, info) => {
  context.beginMutationField(String(info.path.key));
  return resolve(source, args, context, info);
};
