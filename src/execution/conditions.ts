/**
 * The variables that decide which fields an operation selects (`@skip`, `@include`), and their values as a cache key.
 * Pure.
 */
import {
  type DocumentNode,
  type FieldNode,
  type FragmentSpreadNode,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  getDirectiveValues,
  type InlineFragmentNode,
  Kind,
  visit,
} from "graphql";

export type Variables = Readonly<Record<string, unknown>>;

/** Distinct names of these variables in all operations of the document. */
export function conditionsOf(document: DocumentNode): string[] {
  const names = new Set<string>();
  visit(document, {
    Directive(node) {
      if (node.name.value !== GraphQLSkipDirective.name && node.name.value !== GraphQLIncludeDirective.name) return;
      const value = node.arguments?.[0]?.value;
      if (value?.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return [...names];
}

/**
 * GraphQL specification, sections 3.13.1 and 3.13.2: `@skip` wins. Throws for a variable that is null, which one with a
 * default may be.
 */
export function shouldIncludeNode(
  node: FieldNode | FragmentSpreadNode | InlineFragmentNode,
  variables: Variables,
): boolean {
  if (node.directives === undefined || node.directives.length === 0) return true;
  if (getDirectiveValues(GraphQLSkipDirective, node, variables)?.if === true) return false;
  return getDirectiveValues(GraphQLIncludeDirective, node, variables)?.if !== false;
}
