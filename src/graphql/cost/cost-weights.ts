/**
 * Cost weights from the schema: `@cost` and `@listSize` of the GraphQL cost directive specification
 * (https://ibm.github.io/graphql-specs/cost-spec.html), read once per field.
 *
 * Own code, because no library implements the directives: graphql-query-complexity has estimators and a `@complexity`
 * directive of its own, walks the document again for every request, and counts fields that are selected twice as two;
 * graphql-armor's cost limit has depth and a constant per kind of field, but no list sizes.
 */
import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLNamedOutputType,
  type GraphQLSchema,
  getDirectiveValues,
  getNamedType,
  isCompositeType,
  isInputObjectType,
} from "graphql";
import { InputCosts } from "./cost-inputs.js";

export interface ListSize {
  /** Undefined where only a slicing argument can say. */
  readonly assumedSize: number | undefined;
  readonly slicingArguments: readonly string[];
  /** Empty: the field itself is the list. */
  readonly sizedFields: readonly string[];
  /** Whether exactly one of the slicing arguments must be given. */
  readonly requiresOne: boolean;
}

export interface FieldWeight {
  readonly own: number;
  readonly listSize: ListSize | undefined;
}

export interface Weights {
  ofField(field: Field): FieldWeight;
  ofType(type: GraphQLNamedOutputType): number;
  readonly inputs: InputCosts;
}

export type Field = GraphQLField<unknown, unknown>;
type Directed = Parameters<typeof getDirectiveValues>[1];

/** Throws where the schema gives a weight that is no number. */
export function createWeights(schema: GraphQLSchema): Weights {
  const known = new WeakMap<Field, FieldWeight>();

  function valuesOf(name: string, node: Directed | null | undefined) {
    const directive = schema.getDirective(name);
    return directive && node ? getDirectiveValues(directive, node) : undefined;
  }

  function explicit(node: Directed | null | undefined): number | undefined {
    const given = valuesOf("cost", node)?.weight;
    if (given === undefined) return undefined;
    const weight = Number(given);
    if (Number.isFinite(weight) && given !== "") return weight;
    throw new Error(`the weight of @cost must be a number, got ${JSON.stringify(given)}`);
  }

  function itemsPerPoint({ astNode }: GraphQLArgument): number | undefined {
    const given = valuesOf("skipCost", astNode)?.itemsPerPoint;
    return typeof given === "number" ? given : undefined;
  }

  function listSizeOf({ astNode }: Field): ListSize | undefined {
    const values = valuesOf("listSize", astNode);
    if (values === undefined) return undefined;
    const slicingArguments = textsOf(values.slicingArguments);
    return {
      assumedSize: typeof values.assumedSize === "number" ? values.assumedSize : undefined,
      slicingArguments,
      sizedFields: textsOf(values.sizedFields),
      requiresOne: slicingArguments.length > 0 && values.requireOneSlicingArgument === true,
    };
  }

  function weightOf(field: Field): FieldWeight {
    const own = explicit(field.astNode) ?? (isCompositeType(getNamedType(field.type)) ? 1 : 0);
    return { own, listSize: listSizeOf(field) };
  }

  return {
    ofField(field) {
      const weight = known.get(field) ?? weightOf(field);
      known.set(field, weight);
      return weight;
    },
    ofType: (type) => explicit(type.astNode) ?? (isCompositeType(type) ? 1 : 0),
    inputs: new InputCosts(
      ({ astNode, type }) => explicit(astNode) ?? (isInputObjectType(getNamedType(type)) ? 1 : 0),
      itemsPerPoint,
    ),
  };
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}
