/** The part of a subscription that does not depend on the viewer: its field, and what the result depends on. */
import {
  type DocumentNode,
  type FieldNode,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from "graphql";
import { ParleyError } from "../errors.js";
import { OperationErrors } from "./operation-errors.js";

export interface OperationPlan {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly field: FieldNode;
  readonly dependsOnViewer: boolean;
  readonly hasLists: boolean;
  /** Name of the variable that is used for `after` only. */
  readonly afterVariable: string | undefined;
}

/** Throws OperationErrors for an operation that is not a subscription. */
export function planOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | null,
): OperationPlan {
  const operation = getOperationAST(document, operationName);
  const field = operation && rootField(document, operation.selectionSet);
  if (operation?.operation !== "subscription" || !field) {
    throw new OperationErrors([new ParleyError("BAD_REQUEST", "The operation must be a subscription.")]);
  }
  return {
    document,
    operation,
    field,
    dependsOnViewer: selects(schema, document, isViewerDependent),
    hasLists: selects(schema, document, isList),
    afterVariable: afterVariableOf(document, field),
  };
}

/** Validation guarantees exactly one root field. */
function rootField(document: DocumentNode, { selections }: SelectionSetNode): FieldNode | undefined {
  const [selection] = selections;
  if (selection?.kind === Kind.FIELD) return selection;
  if (selection?.kind === Kind.INLINE_FRAGMENT) return rootField(document, selection.selectionSet);
  const fragment = document.definitions.find(
    (each) => each.kind === Kind.FRAGMENT_DEFINITION && each.name.value === selection?.name.value,
  );
  return fragment?.kind === Kind.FRAGMENT_DEFINITION ? rootField(document, fragment.selectionSet) : undefined;
}

/** Searches the whole document, other operations included: a false positive costs only a shared execution. */
function selects(
  schema: GraphQLSchema,
  document: DocumentNode,
  predicate: (field: GraphQLField<unknown, unknown>) => boolean,
): boolean {
  const typeInfo = new TypeInfo(schema);
  let found = false;
  const enter = () => {
    const field = typeInfo.getFieldDef();
    found ||= field != null && predicate(field);
  };
  visit(document, visitWithTypeInfo(typeInfo, { Field: { enter } }));
  return found;
}

function isViewerDependent({ astNode }: GraphQLField<unknown, unknown>): boolean {
  return astNode?.directives?.some(({ name }) => name.value === "viewerDependent") ?? false;
}

function isList({ type }: GraphQLField<unknown, unknown>): boolean {
  return getNamedType(type).name.endsWith("Connection");
}

function afterVariableOf(document: DocumentNode, field: FieldNode): string | undefined {
  const value = field.arguments?.find(({ name }) => name.value === "after")?.value;
  if (value?.kind !== Kind.VARIABLE) return undefined;
  let uses = 0;
  visit(document, {
    VariableDefinition: () => false,
    Variable: ({ name }) => {
      if (name.value === value.name.value) uses += 1;
    },
  });
  return uses === 1 ? value.name.value : undefined;
}
