/** A schema with every kind of type and resolver. */
import { makeExecutableSchema } from "@graphql-tools/schema";
import { GraphQLScalarType, type GraphQLSchema, Kind, valueFromASTUntyped } from "graphql";
import { listResolvers } from "./every-kind-of-list.js";
import { namedResolvers } from "./every-kind-of-object.js";
import { valueResolvers } from "./every-kind-of-value.js";

const typeDefs = `
  scalar Instant
  scalar Json
  scalar Picky
  enum Color { RED GREEN BLUE }
  enum Plain { ONE TWO }
  input Range { from: Int! = 1 to: Int color: Color = GREEN inner: Range }
  input Choice @oneOf { name: String number: Int range: Range }

  interface Named { name: String }
  interface Animal implements Named { name: String legs: Int! friend: Animal }
  type Dog implements Animal & Named {
    name: String legs: Int! barks: Boolean! owner: Level friend: Animal fails: String! as: String
  }
  type Cat implements Animal & Named { name: String legs: Int! lives(left: Int = 9): Int friend: Animal as(much: Int): String }
  type Robot implements Named { name: String model: Int! }
  type Ghost implements Named { name: String }
  type Stray { name: String }
  union Thing = Dog | Cat | Robot | Ghost

  type Level {
    name: String! up: Level must: Level! later: Level laterMust: Level!
    ok: String! okLater: String! fails: String failsMust: String! failsLater: String failsLaterMust: String!
    failsSlowly: String failsSlowlyMust: String! nullMust: String! nullMustLater: String! getter: String getterMust: Int!
    none: Level noneMust: Level! wrong: Int wrongMust: Int! gone: Level goneLater: Level!
    levels(count: Int = 2): [Level!]! mayLevels: [Level] method(by: Int = 2): Int plain: Int
  }
  type Lists {
    ints: [Int] mustInts: [Int!]! nested: [[Int!]] deep: [[[Int!]!]!]! ofPromises: [Int!] promised: [Int!]! generator: [Int!]
    set: [String!] text: [String] object: [Int] oddIterator: [Int] asyncIterable: [Int] withNull: [Int!] mustWithNull: [Int!]!
    withUndefined: [Int] withErrors: [Int] withErrorsMust: [Int!] rejecting: [Int] rejectingMust: [Int!]
    mustRejectingMust: [Int!]! iteratorThrows: [Int] holes: [Int] wrong: [Int] wrongColors: [Color!] none: [Int] noneMust: [Int]!
    fails: [Int] failsMust: [Int]! thenables: [Int!] error: [Int] promisedError: [Int!]! things: [Thing] levels: [Level!] leaves: [Json!]
    nestedWithNull: [[Int!]!] nestedRejecting: [[Int!]] mayLevels: [Level]
  }
  type Query {
    text: String number: Int real: Float yes: Boolean id: ID numberId: ID color: Color colors: [Color!] plain: Plain instant: Instant
    json: Json picky(way: String!): Picky pickyMust(way: String!): Picky! promised: String promisedLate: String rejected: String
    rejectedText: String thrown: String thrownText: String thrownNull: String returnedError: String promisedError: String
    refused: String refusedLater: String thenable: String thenableRejected: String callableThenable: String nothing: String
    zero: Int empty: String no: Boolean wrongNumber: Int wrongReal: Float large: Int wrongColor: Color wrongText: String
    textOfNumber: String numberOfText: Int method(times: Int = 2): String property: String unsaid: String
    mustBe: String! located: String doubly: String
    echo(text: String, number: Int = 7, must: Int! = 3, color: Color, colors: [Color!], range: Range, ranges: [Range!], choice: Choice,
      at: Instant, json: Json, id: ID, flag: Boolean): String
    need(this: Int!): String
    level: Level mustLevel: Level! promisedLevel: Level lists: Lists
    animal(as: String!): Animal animals: [Animal!] named(as: String!): Named things: [Thing!]! thing(as: String!): Thing
    robot(as: String!): Robot big(count: Int = 1000): [Level!]! callable: Level primitive: Level
  }
  type Mutation {
    add(number: Int!): Int later(number: Int!): Int! fails: Int failsLater: Int failsMust: Int! failsLaterMust: Int! sum: Int! level: Level
    mustLevel: Level!
  }
  type Subscription { happened(what: String): String level: Level must: Int! }
`;

const instant = new GraphQLScalarType<Date, string>({
  name: "Instant",
  serialize(value) {
    if (value instanceof Date) return value.toISOString();
    throw new TypeError("an Instant must be a Date");
  },
  parseValue(value) {
    if (typeof value !== "string" || Number.isNaN(Date.parse(value))) throw new RangeError("an Instant must be a date");
    return new Date(value);
  },
});

const json = new GraphQLScalarType({
  name: "Json",
  serialize: (value) => value,
  parseValue: (value) => value,
  parseLiteral: (node, variables) => (node.kind === Kind.NULL ? "null!" : valueFromASTUntyped(node, variables)),
});

const picky = new GraphQLScalarType({
  name: "Picky",
  serialize(value) {
    if (value === "null") return null;
    if (value === "undefined") return undefined;
    if (value === "throws") throw new Error("picky");
    if (value === "later") return Promise.resolve("came later");
    if (value === "rejects") return Promise.reject(new Error("picky, later"));
    return value;
  },
});

/** Each has values of its own to count in: a mutation does the same in every one. */
export function everyKind(): GraphQLSchema {
  return makeExecutableSchema({
    typeDefs,
    resolvers: {
      Instant: instant,
      Json: json,
      Picky: picky,
      Color: { RED: 0, GREEN: { green: true }, BLUE: "blue" },
      ...namedResolvers,
      Lists: listResolvers,
      ...valueResolvers,
    },
    resolverValidationOptions: { requireResolversForResolveType: "ignore" },
  });
}
