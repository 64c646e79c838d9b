/** Operations made from the schema: most of them valid, and texts that once were. */
import {
  type GraphQLArgument,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from "graphql";
import type { Random } from "../paging/random.js";

export class OperationWriter {
  readonly #schema: GraphQLSchema;
  readonly #random: Random;
  readonly #fragments: string[] = [];
  /** Fields that may still be written. */
  #room: number;

  constructor(schema: GraphQLSchema, random: Random) {
    this.#schema = schema;
    this.#random = random;
    this.#room = 2 + this.#upTo(25);
  }

  /** A document of one operation. */
  write(): string {
    const kind = this.#oneOf(["query", "query", "query", "query", "mutation", "subscription"] as const);
    const roots = { query: this.#schema.getQueryType(), mutation: this.#schema.getMutationType() };
    const root = kind === "subscription" ? this.#schema.getSubscriptionType() : roots[kind];
    if (!root) throw new Error(`the schema has no ${kind}`);
    const name = this.#chance(30) ? " Named" : "";
    const text = `${kind}${name} ${this.#selections(root, 0)}`;
    return [text, ...this.#fragments].join("\n");
  }

  #selections(type: GraphQLNamedType, depth: number): string {
    const written: string[] = [];
    const fields = this.#fieldsOf(type).filter((field) => depth < 5 || isLeafType(getNamedType(field.type)));
    const count = 1 + this.#upTo(4);
    for (let n = 0; n < count && fields.length > 0 && this.#room > 0; n += 1) {
      this.#room -= 1;
      const field = this.#oneOf(fields);
      const named = getNamedType(field.type);
      const inner = isCompositeType(named) ? ` ${this.#selections(named, depth + 1)}` : "";
      written.push(`${this.#alias()}${field.name}${this.#arguments(field.args)}${this.#directive()}${inner}`);
    }
    if (isCompositeType(type) && this.#chance(15)) written.push(this.#fragment(type, depth));
    if (written.length === 0 || this.#chance(10)) written.push("__typename");
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
    return `(${given.map(({ name, type }) => `${name}: ${this.#value(type)}`).join(", ")})`;
  }

  #value(type: GraphQLInputType): string {
    if (isNonNullType(type)) return this.#value(type.ofType);
    if (this.#chance(5)) return "null";
    if (isListType(type))
      return `[${Array.from({ length: this.#upTo(3) }, () => this.#value(type.ofType)).join(", ")}]`;
    if (isEnumType(type)) return this.#oneOf(type.getValues()).name;
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields()).filter((each) => isNonNullType(each.type) || this.#chance(40));
      return `{ ${fields.map((each) => `${each.name}: ${this.#value(each.type)}`).join(", ")} }`;
    }
    return this.#scalar(type.name);
  }

  #scalar(name: string): string {
    if (name === "Int") return String(this.#oneOf([0, 1, 2, 20, 100, 101, -1, 2_147_483_647]));
    if (name === "Boolean") return this.#oneOf(["true", "false"]);
    if (name === "DateTime")
      return this.#oneOf(['"2026-11-21T09:30:00.000Z"', '"yesterday"', '"0000-00-00T00:00:00Z"']);
    const texts = [
      "",
      "ada",
      "VXNlcjox",
      "UG9zdDox",
      "Q29tbWVudDox",
      "'; DROP TABLE users; --",
      "\\u0000",
      "💥",
      "a or -",
    ];
    return `"${this.#oneOf(texts)}"`;
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
