/** Operations made from the schema: most of them valid, with variables or without, and texts that once were. */
import {
  type GraphQLArgument,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInputObjectType,
  isLeafType,
  isNonNullType,
  isObjectType,
} from "graphql";
import type { Random } from "../paging/random.js";
import { ValueWriter } from "./generated-values.js";

export interface Written {
  readonly kind: "query" | "mutation" | "subscription";
  /** A document of one operation. */
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

export interface WriterOptions {
  readonly schema: GraphQLSchema;
  readonly random: Random;
  /** Identifiers of what is there. */
  readonly ids: readonly string[];
}

export class OperationWriter {
  readonly #schema: GraphQLSchema;
  readonly #random: Random;
  readonly #values: ValueWriter;
  readonly #fragments: string[] = [];
  /** Such as `$v0: Int`. */
  readonly #definitions: string[] = [];
  readonly #variables: Record<string, unknown> = {};
  /** Fields that may still be written. */
  #room: number;

  constructor({ schema, random, ids }: WriterOptions) {
    this.#schema = schema;
    this.#random = random;
    this.#values = new ValueWriter(random, ids);
    this.#room = 2 + this.#upTo(12);
  }

  write(): Written {
    const kind = this.#oneOf([
      "query",
      "query",
      "query",
      "query",
      "query",
      "query",
      "mutation",
      "subscription",
    ] as const);
    const roots = { query: this.#schema.getQueryType(), mutation: this.#schema.getMutationType() };
    const root = kind === "subscription" ? this.#schema.getSubscriptionType() : roots[kind];
    if (!root) throw new Error(`the schema has no ${kind}`);
    // A subscription has one field (GraphQL specification, 5.2.3.1).
    const selections = this.#selections(root, 0, kind === "subscription" && this.#chance(90) ? 1 : 1 + this.#upTo(4));
    const name = this.#chance(30) ? " Named" : "";
    const definitions = this.#definitions.length === 0 ? "" : `(${this.#definitions.join(", ")})`;
    const query = [`${kind}${name}${definitions} ${selections}`, ...this.#fragments].join("\n");
    return { kind, query, variables: this.#variables };
  }

  #selections(type: GraphQLNamedType, depth: number, count = 1 + this.#upTo(4)): string {
    const written: string[] = [];
    const fields = this.#fieldsOf(type).filter((field) => depth < 5 || isLeafType(getNamedType(field.type)));
    const isRoot = depth === 0;
    for (let n = 0; n < count && fields.length > 0 && this.#room > 0; n += 1) {
      this.#room -= 1;
      const field = this.#oneOf(fields);
      const named = getNamedType(field.type);
      const inner = isCompositeType(named) ? ` ${this.#selections(named, depth + 1)}` : "";
      written.push(`${this.#alias()}${field.name}${this.#arguments(field.args)}${this.#directive()}${inner}`);
    }
    if (!isRoot && isCompositeType(type) && this.#chance(15)) written.push(this.#fragment(type, depth));
    if (written.length === 0 || (!isRoot && this.#chance(10))) written.push("__typename");
    return `{ ${written.join(" ")} }`;
  }

  #fieldsOf(type: GraphQLNamedType) {
    // Hashing a password takes longer than a thousand other operations.
    const slow = ["signUp", "signIn", "changePassword"];
    if (!("getFields" in type) || isInputObjectType(type)) return [];
    return Object.values(type.getFields()).filter(({ name }) => !slow.includes(name));
  }

  #fragment(type: GraphQLNamedType, depth: number): string {
    const possible: readonly GraphQLObjectType[] = isAbstractType(type)
      ? this.#schema.getPossibleTypes(type)
      : isObjectType(type)
        ? [type]
        : [];
    const on = this.#oneOf(possible);
    if (depth > 3 || this.#room <= 0 || this.#chance(50)) return `... on ${on.name} { __typename }`;
    const name = `F${this.#fragments.length}`;
    const at = this.#fragments.push("") - 1;
    this.#fragments[at] = `fragment ${name} on ${on.name} ${this.#selections(on, depth + 1)}`;
    return `...${name}`;
  }

  #arguments(args: readonly GraphQLArgument[]): string {
    const given = args.filter(({ type }) => isNonNullType(type) || this.#chance(20));
    if (given.length === 0) return "";
    return `(${given.map(({ name, type }) => `${name}: ${this.#argument(type)}`).join(", ")})`;
  }

  #argument(type: GraphQLInputType): string {
    if (!this.#chance(35)) return this.#values.literal(type);
    const name = `v${this.#definitions.length}`;
    this.#definitions.push(`$${name}: ${type}`);
    // Now and then it is not sent.
    if (!this.#chance(3)) this.#variables[name] = this.#values.json(type);
    return `$${name}`;
  }

  #alias(): string {
    return this.#chance(20) ? `${this.#oneOf(["a", "b", "c", "d"])}: ` : "";
  }

  #directive(): string {
    return this.#chance(5) ? this.#oneOf([" @skip(if: true)", " @include(if: false)", " @include(if: true)"]) : "";
  }

  #upTo(max: number): number {
    return this.#random.integer(0, max);
  }

  #chance(percent: number): boolean {
    return this.#upTo(99) < percent;
  }

  #oneOf<T>(values: readonly T[]): T {
    return this.#random.pick(values);
  }
}

const debris = [
  "{",
  "}",
  "(",
  ")",
  "...",
  "@",
  '"',
  '"""',
  "$x",
  ":",
  "[",
  "]",
  "!",
  "\u0000",
  "💥",
  "\ud800",
  "1e999",
  "#",
];

/** The text with a few pieces taken out, doubled, moved or put in. */
export function broken(text: string, random: Random): string {
  let result = text;
  for (let left = random.integer(1, 4); left > 0; left -= 1) {
    const from = random.integer(0, result.length);
    const to = Math.min(result.length, from + random.integer(0, 12));
    const [put, piece] = [random.pick(debris), result.slice(from, to)];
    result = result.slice(0, from) + random.pick([put, piece + piece, "", put + piece]) + result.slice(to);
  }
  return result;
}
