/** Generates random valid operations from a seed. */
import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isLeafType,
  isObjectType,
} from "graphql";
import { Random } from "../paging/random.js";
import type { OperationRequest } from "./answers.js";

/** Ways to call a field that takes arguments. Each has a name of its own in the answer, so that all may be merged. */
const calls: Readonly<Record<string, readonly string[]>> = {
  "Query.echo": [
    "",
    "(number: $n)",
    "(must: $m, color: $c)",
    "(range: {to: $n, inner: {from: 3}})",
    "(text: $t, colors: [RED, $d])",
  ],
  "Query.need": ["(this: 1)", "(this: $m)"],
  "Query.picky": ['(way: "later")', '(way: "rejects")', '(way: "null")'],
  "Query.pickyMust": ['(way: "later")', '(way: "fine")', '(way: "undefined")'],
  "Query.animal": ['(as: "Dog")', '(as: "promise")', '(as: "Nowhere")'],
  "Query.named": ['(as: "robot")', '(as: "ghost")', '(as: "nobody")'],
  "Query.thing": ['(as: "Cat")', '(as: "throws")'],
  "Query.robot": ['(as: "promisedYes")', '(as: "promisedNo")', '(as: "")'],
  "Query.big": ["(count: 3)"],
  "Level.levels": ["", "(count: $m)", "(count: 1)"],
  "Level.method": ["", "(by: $n)"],
  "Query.method": ["", "(times: 3)"],
  "Mutation.add": ["(number: 2)"],
  "Mutation.later": ["(number: 3)"],
  "Cat.lives": ["", "(left: null)"],
};

const variables: Readonly<Record<string, { readonly type: string; readonly values: readonly unknown[] }>> = {
  yes: { type: "Boolean!", values: [true] },
  no: { type: "Boolean!", values: [false] },
  may: { type: "Boolean = true", values: [true, false, null, undefined] },
  n: { type: "Int", values: [0, 7, null, undefined] },
  m: { type: "Int = 2", values: [1, 3, undefined, null] },
  c: { type: "Color = GREEN", values: ["RED", null, undefined, "PINK"] },
  d: { type: "Color!", values: ["BLUE", "GREEN"] },
  t: { type: "String", values: ["text", "__MAGIC_DATE__", null, undefined] },
};

const conditions = [
  "@skip(if: true)",
  "@include(if: $yes)",
  "@skip(if: $no)",
  "@include(if: $no)",
  "@skip(if: $may)",
  "@include(if: $may)",
];

const maxDepth = 4;

export function randomOperation(schema: GraphQLSchema, seed: number): OperationRequest {
  return new Writer(schema, new Random(seed)).write();
}

class Writer {
  readonly #schema: GraphQLSchema;
  readonly #random: Random;
  /** Whole, so that none can lead back to itself. */
  readonly #fragments: { readonly name: string; readonly type: GraphQLNamedType; readonly text: string }[] = [];

  constructor(schema: GraphQLSchema, random: Random) {
    this.#schema = schema;
    this.#random = random;
  }

  write(): OperationRequest {
    const isMutation = this.#oneIn(8);
    const type = isMutation ? this.#schema.getMutationType() : this.#schema.getQueryType();
    if (!type) throw new Error("the schema has no such root type");
    const body = this.#selections(type, 0);
    const text = [body, ...this.#fragments.map((each) => each.text)].join("\n");
    const used = Object.entries(variables).filter(([name]) => new RegExp(`\\$${name}\\b`).test(text));
    const definitions = used.map(([name, each]) => `$${name}: ${each.type}`).join(", ");
    const query = `${isMutation ? "mutation" : "query"} ${definitions && `(${definitions})`} ${text}`;
    const values = used.map(([name, { values }]) => [name, values[this.#below(values.length)]]);
    return { query, variables: Object.fromEntries(values.filter(([, value]) => value !== undefined)) };
  }

  #selections(type: GraphQLNamedType, depth: number): string {
    const count = 1 + this.#below(4);
    return `{ ${Array.from({ length: count }, () => this.#selection(type, depth)).join(" ")} }`;
  }

  #selection(type: GraphQLNamedType, depth: number): string {
    const condition = this.#oneIn(6) ? this.#random.pick(conditions) : "";
    const kind = depth < maxDepth ? this.#below(8) : 7;
    if (kind === 0) return this.#spread(type, depth, condition);
    if (kind !== 1) return this.#field(type, depth, condition);
    const on = this.#random.pick(this.#typesWithin(type));
    const isPlain = on === type && this.#oneIn(2);
    return `... ${isPlain ? "" : `on ${on.name}`} ${condition} ${this.#selections(on, depth + 1)}`;
  }

  #field(type: GraphQLNamedType, depth: number, condition: string): string {
    const all =
      "getFields" in type && type.name !== "Range" && type.name !== "Choice" ? Object.values(type.getFields()) : [];
    const fitting = all.filter((field): field is GraphQLField<unknown, unknown> => {
      return depth < maxDepth || isLeafType(getNamedType(field.type));
    });
    if (fitting.length === 0 || this.#oneIn(12)) return `__typename ${condition}`;
    const field = this.#random.pick(fitting);
    const ways = calls[`${type.name}.${field.name}`] ?? [""];
    const way = this.#below(ways.length);
    const alias = ways.length > 1 ? `${field.name}${way}: ` : this.#oneIn(5) ? `other_${field.name}: ` : "";
    const target = getNamedType(field.type);
    const inner = isCompositeType(target) ? this.#selections(target, depth + 1) : "";
    return `${alias}${field.name}${ways[way]} ${condition} ${inner}`;
  }

  #spread(type: GraphQLNamedType, depth: number, condition: string): string {
    const within = this.#typesWithin(type);
    const known = this.#fragments.filter((each) => within.includes(each.type));
    if (known.length > 0 && !this.#oneIn(3)) return `...${this.#random.pick(known).name} ${condition}`;
    const on = this.#random.pick(within);
    const selections = this.#selections(on, depth + 1);
    const name = `F${this.#fragments.length}`;
    this.#fragments.push({ name, type: on, text: `fragment ${name} on ${on.name} ${selections}` });
    return `...${name} ${condition}`;
  }

  /** Types on which a fragment may apply. */
  #typesWithin(type: GraphQLNamedType): GraphQLNamedType[] {
    if (isAbstractType(type)) return [type, ...this.#schema.getPossibleTypes(type)];
    return isObjectType(type) ? [type, ...type.getInterfaces()] : [type];
  }

  #below(limit: number): number {
    return this.#random.integer(0, limit - 1);
  }

  #oneIn(count: number): boolean {
    return this.#below(count) === 0;
  }
}
