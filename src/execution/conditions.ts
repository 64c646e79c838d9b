/** Which variables decide what an operation selects (`@skip`, `@include`), and what they decide. Pure. */
import {
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentSpreadNode,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  type InlineFragmentNode,
  Kind,
  visit,
} from "graphql";

type Variables = Readonly<Record<string, unknown>>;

/** Names of the variables, each once, of all operations of the document. */
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

/** GraphQL specification, sections 3.13.1 and 3.13.2: skipped wins. */
export function isIncluded(node: FieldNode | FragmentSpreadNode | InlineFragmentNode, variables: Variables): boolean {
  if (node.directives === undefined || node.directives.length === 0) return true;
  if (ifOf(node.directives, GraphQLSkipDirective.name, variables) === true) return false;
  return ifOf(node.directives, GraphQLIncludeDirective.name, variables) !== false;
}

function ifOf(directives: readonly DirectiveNode[], name: string, variables: Variables): unknown {
  const value = directives.find((each) => each.name.value === name)?.arguments?.[0]?.value;
  if (value?.kind === Kind.BOOLEAN) return value.value;
  return value?.kind === Kind.VARIABLE ? variables[value.name.value] : undefined;
}
