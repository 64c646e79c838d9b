/** Values for arguments, as they stand in a document and as they come in a variable: good ones, bad ones, hostile ones. */
import { type GraphQLInputType, isEnumType, isInputObjectType, isListType, isNonNullType } from "graphql";
import type { Random } from "../paging/random.js";

const integers = [0, 1, 2, 20, 100, 101, -1, 2_147_483_647];
const moments = ["2026-11-21T09:30:00.000Z", "yesterday", "0000-00-00T00:00:00Z"];
const texts = ["", "ada", "VXNlcjox", "'; DROP TABLE users; --", "\\u0000", "💥", "a or -", "$1", "%", "__proto__"];
/** Values of no argument: a client sends what it likes. */
const misfits: readonly unknown[] = [
  {},
  [],
  [[[[1]]]],
  { __proto__: null, constructor: 1 },
  1e300,
  "\0",
  "\ud800",
  true,
  null,
];

export class ValueWriter {
  readonly #random: Random;
  readonly #ids: readonly string[];

  constructor(random: Random, ids: readonly string[]) {
    this.#random = random;
    this.#ids = ids;
  }

  /** GraphQL of a value that fits, but for what it says. */
  literal(type: GraphQLInputType): string {
    if (isNonNullType(type)) return this.literal(type.ofType);
    if (this.#chance(3)) return "null";
    if (isListType(type)) return `[${this.#some(() => this.literal(type.ofType)).join(", ")}]`;
    if (isEnumType(type)) return this.#random.pick(type.getValues()).name;
    if (!isInputObjectType(type)) return JSON.stringify(this.#scalar(type.name)).replaceAll("\\\\u", "\\u");
    const given = Object.values(type.getFields()).filter((each) => isNonNullType(each.type) || this.#chance(40));
    return `{ ${given.map((each) => `${each.name}: ${this.literal(each.type)}`).join(", ")} }`;
  }

  /** What comes in a variable: most often it fits. */
  json(type: GraphQLInputType): unknown {
    if (this.#chance(4)) return this.#random.pick(misfits);
    if (isNonNullType(type)) return this.json(type.ofType);
    if (this.#chance(3)) return null;
    if (isListType(type)) return this.#some(() => this.json(type.ofType));
    if (isEnumType(type)) return this.#random.pick(type.getValues()).name;
    if (!isInputObjectType(type)) return this.#scalar(type.name);
    const given = Object.values(type.getFields()).filter((each) => isNonNullType(each.type) || this.#chance(40));
    return Object.fromEntries(given.map((each) => [each.name, this.json(each.type)]));
  }

  /** JSON of a value that the type takes, with what it must have and nothing else. */
  fitting(type: GraphQLInputType): unknown {
    if (isNonNullType(type)) return this.fitting(type.ofType);
    if (isListType(type)) return [this.fitting(type.ofType)];
    if (isEnumType(type)) return type.getValues()[0]?.name;
    if (type.name === "DateTime") return moments[0];
    if (!isInputObjectType(type)) return type.name === "ID" ? this.#random.pick(this.#ids) : this.#scalar(type.name);
    const needed = Object.values(type.getFields()).filter((each) => isNonNullType(each.type));
    return Object.fromEntries(needed.map((each) => [each.name, this.fitting(each.type)]));
  }

  #scalar(name: string): unknown {
    if (name === "Int") return this.#random.pick(integers);
    if (name === "Boolean") return this.#random.isTrue(0.5);
    if (name === "DateTime") return this.#random.pick(moments);
    return this.#random.pick(name === "ID" && this.#chance(80) ? this.#ids : texts);
  }

  #some<T>(make: () => T): T[] {
    return Array.from({ length: this.#random.integer(0, 3) }, make);
  }

  #chance(percent: number): boolean {
    return this.#random.integer(0, 99) < percent;
  }
}
