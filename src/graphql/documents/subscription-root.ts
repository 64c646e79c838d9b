/**
 * Rejects `@skip` and `@include` on the root field of a subscription and on fragments around it, since there might be
 * no root field (GraphQL specification, September 2025, 5.2.4.1). Checked before the rules of graphql-js 16, which
 * predate the clause and throw if the condition is a variable.
 */
import {
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionSetNode,
} from "graphql";
import { ParleyError } from "../../errors.js";

/** Throws GRAPHQL_VALIDATION_FAILED. */
export function checkSubscriptionRoot(
  { operation, selectionSet }: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): void {
  if (operation === OperationTypeNode.SUBSCRIPTION) checkSelections(selectionSet, fragments, new Set());
}

function checkSelections(
  { selections }: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  visited: Set<string>,
): void {
  for (const selection of selections) {
    const directive = selection.directives?.find(({ name }) => name.value === "skip" || name.value === "include");
    if (directive !== undefined) {
      const message = `The root field of a subscription must not have @${directive.name.value}.`;
      throw new ParleyError("GRAPHQL_VALIDATION_FAILED", message, {}, [], [directive]);
    }
    if (selection.kind === Kind.INLINE_FRAGMENT) checkSelections(selection.selectionSet, fragments, visited);
    if (selection.kind !== Kind.FRAGMENT_SPREAD || visited.has(selection.name.value)) continue;
    visited.add(selection.name.value);
    const fragment = fragments.get(selection.name.value);
    if (fragment !== undefined) checkSelections(fragment.selectionSet, fragments, visited);
  }
}
