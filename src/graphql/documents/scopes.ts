/**
 * API key scopes, from `@scope` and `@notForKeys` in the schema. The only place that checks them, for every transport
 * and for stored documents. Checked on the document before it runs, so requests without a key pay nothing; fields
 * skipped by a directive count too.
 */
import {
  type ConstDirectiveNode,
  type DocumentNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  separateOperations,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from "graphql";
import type { Viewer } from "../../auth/viewer.js";
import { ParleyError } from "../../errors.js";

/** The scope that a field requires; null if it cannot be used with an API key. */
interface Need {
  /** Such as `Mutation.createPost`. */
  readonly field: string;
  readonly scope: string | null;
}

export type ScopeCheck = (viewer: Viewer | null, document: DocumentNode, operation: OperationDefinitionNode) => void;

/** The check throws FORBIDDEN. The document is valid. */
export function createScopeCheck(schema: GraphQLSchema): ScopeCheck {
  const known = new WeakMap<OperationDefinitionNode, readonly Need[]>();
  return (viewer, document, operation) => {
    if (viewer?.apiKey === undefined) return;
    const scopes: ReadonlySet<string> = viewer.apiKey.scopes;
    let needs = known.get(operation);
    if (needs === undefined) {
      needs = needsOf(schema, document, operation);
      known.set(operation, needs);
    }
    for (const { field, scope } of needs) {
      if (scope === null) throw new ParleyError("FORBIDDEN", `${field} cannot be used with an API key: sign in.`);
      if (scopes.has(scope)) continue;
      throw new ParleyError("FORBIDDEN", `${field} requires an API key with the scope ${scope}.`, { scope });
    }
  };
}

function needsOf(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode): Need[] {
  const own = separateOperations(document)[operation.name?.value ?? ""] ?? document;
  const typeInfo = new TypeInfo(schema);
  const needs: Need[] = [];
  const enter = () => {
    const [type, field] = [typeInfo.getParentType(), typeInfo.getFieldDef()];
    // What GraphQL itself has: the schema and the names of types.
    if (!type || !field || field.name.startsWith("__") || type.name.startsWith("__")) return;
    needs.push(...needsOfField(schema, type, field));
  };
  visit(own, visitWithTypeInfo(typeInfo, { Field: { enter } }));
  return needs;
}

function needsOfField(
  schema: GraphQLSchema,
  type: GraphQLCompositeType,
  field: GraphQLField<unknown, unknown>,
): Need[] {
  const name = `${type.name}.${field.name}`;
  const roots: readonly unknown[] = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const directives = [...(field.astNode?.directives ?? []), ...(type.astNode?.directives ?? [])];
  const scopes = directives.flatMap((directive) => scopeOf(directive));
  if (scopes.length === 0) return roots.includes(type) ? [{ field: name, scope: null }] : [];
  return scopes.map((scope) => ({ field: name, scope }));
}

function scopeOf({ name, arguments: given }: ConstDirectiveNode): (string | null)[] {
  if (name.value === "notForKeys") return [null];
  const value = name.value === "scope" ? given?.find((each) => each.name.value === "requires")?.value : undefined;
  return value?.kind === Kind.ENUM ? [value.value] : [];
}
