/**
 * What the schema says of costs: `@cost` and `@listSize` of the GraphQL cost directive specification
 * (https://ibm.github.io/graphql-specs/cost-spec.html), read once for each field.
 *
 * Own code, because the libraries do not do the directives: graphql-query-complexity takes estimators and a `@complexity`
 * directive of its own and walks the document again for every request, and what is selected twice counts twice;
 * graphql-armor's cost limit knows depth and a constant for each kind of field, but no size of a list.
 */
import {
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getDirectiveValues,
  getNamedType,
  isCompositeType,
} from "graphql";

export interface ListSize {
  /** Undefined where only a slicing argument can say. */
  readonly assumedSize: number | undefined;
  readonly slicingArguments: readonly string[];
  /** Empty: the field itself is the list. */
  readonly sizedFields: readonly string[];
}

export interface FieldWeight {
  readonly own: number;
  /** Of arguments that weigh something. */
  readonly ofArguments: ReadonlyMap<string, number>;
  readonly listSize: ListSize | undefined;
}

export interface Weights {
  ofField(field: Field): FieldWeight;
  ofObject(type: GraphQLObjectType): number;
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
    if (Number.isSafeInteger(weight) && weight >= 0) return weight;
    throw new Error(`the weight of @cost must be a whole number from 0, got ${JSON.stringify(given)}`);
  }

  function listSizeOf({ astNode }: Field): ListSize | undefined {
    const values = valuesOf("listSize", astNode);
    if (values === undefined) return undefined;
    const { assumedSize, slicingArguments, sizedFields } = values;
    return {
      assumedSize: typeof assumedSize === "number" ? assumedSize : undefined,
      slicingArguments: textsOf(slicingArguments),
      sizedFields: textsOf(sizedFields),
    };
  }

  function weightOf(field: Field): FieldWeight {
    const ofArguments = field.args.map((argument) => [argument.name, explicit(argument.astNode) ?? 0] as const);
    return {
      own: explicit(field.astNode) ?? (isCompositeType(getNamedType(field.type)) ? 1 : 0),
      ofArguments: new Map(ofArguments.filter(([, weight]) => weight > 0)),
      listSize: listSizeOf(field),
    };
  }

  return {
    ofField(field) {
      const weight = known.get(field) ?? weightOf(field);
      known.set(field, weight);
      return weight;
    },
    ofObject: (type) => explicit(type.astNode) ?? 1,
  };
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}
