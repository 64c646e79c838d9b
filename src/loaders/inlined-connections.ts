/**
 * Inlined connections: pages that are read in the same statement as their parents, such as posts with a page of
 * comments each. The document alone decides which; other pages are read in the next statement, for all parents at once.
 */
import {
  type FieldNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getArgumentValues,
  isAbstractType,
  Kind,
  type ValueNode,
} from "graphql";
import { inlinableLists } from "./entities/entities.js";
import type { ConnectionInput, List } from "./list.js";

/** A page that is selected on every row of one type. */
export interface InlinedConnection {
  readonly list: List<unknown>;
  readonly input: ConnectionInput<string>;
}

/** By type of the rows. */
export type InlinedConnections = ReadonlyMap<string, readonly InlinedConnection[]>;

/** Called for each field of a document. */
export class InlinedConnectionFinder {
  readonly #schema: GraphQLSchema;
  /** In how many places of the document there are objects of a type. */
  readonly #places = new Map<string, number>();
  readonly #found = new Map<string, Map<string, InlinedConnection>>();

  constructor(schema: GraphQLSchema) {
    this.#schema = schema;
  }

  note(parent: string, node: FieldNode, definition: GraphQLField<unknown, unknown>, type: GraphQLNamedType): void {
    for (const name of this.#rowTypesOf(parent, type)) this.#places.set(name, (this.#places.get(name) ?? 0) + 1);
    const list = inlinableLists.get(`${parent}.${definition.name}`);
    // Arguments with variables are not known yet, and skipped fields need not be read.
    if (list === undefined || hasVariable(node) || (node.directives ?? []).length > 0) return;
    const input = inputOf(definition, node);
    if (input === undefined) return;
    const ofType = this.#found.get(parent) ?? new Map<string, InlinedConnection>();
    this.#found.set(parent, ofType.set(JSON.stringify([list.name, input]), { list, input }));
  }

  /** The row types of a field. A connection has those of its items, whichever of its fields is selected. */
  #rowTypesOf(parent: string, type: GraphQLNamedType): readonly string[] {
    if (isAbstractType(type)) return this.#schema.getPossibleTypes(type).map(({ name }) => name);
    const [, item] = /^(.+)Connection$/.exec(type.name) ?? [];
    if (item !== undefined) return [item];
    return /(Connection|Edge)$/.test(parent) ? [] : [type.name];
  }

  /** Only types whose rows come from one field: rows from other fields would get pages that are not selected. */
  pages(): InlinedConnections {
    const ofOnePlace = [...this.#found].filter(([type]) => this.#places.get(type) === 1);
    return new Map(ofOnePlace.map(([type, found]) => [type, [...found.values()]]));
  }
}

function hasVariable({ arguments: given = [] }: FieldNode): boolean {
  return given.some(({ value }) => containsVariable(value));
}

function containsVariable(value: ValueNode): boolean {
  if (value.kind === Kind.LIST) return value.values.some(containsVariable);
  if (value.kind === Kind.OBJECT) return value.fields.some((field) => containsVariable(field.value));
  return value.kind === Kind.VARIABLE;
}

/** Undefined if they cannot be coerced: the field itself is refused later. */
function inputOf(definition: GraphQLField<unknown, unknown>, node: FieldNode): ConnectionInput<string> | undefined {
  try {
    return getArgumentValues(definition, node);
  } catch {
    return undefined;
  }
}
