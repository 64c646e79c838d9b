/** Limits per document, caller and connection: the settings that define them, with their defaults. */

export const defaultStoreNodes = 100_000;

/** Limits of a document, on every transport. Fragments count at each spread. */
export interface DocumentLimits {
  /** Characters of the document. Default 100_000. */
  readonly characters: number;
  /**
   * Lexical tokens. Default 10_000: parsing and validation are recursive, and thousands of levels would exhaust the
   * stack.
   */
  readonly tokens: number;
  /** Operations and fragments together. Default 100. */
  readonly definitions: number;
  /** Variables of one operation. Default 100. */
  readonly variables: number;
  /** Fields inside fields. Default 15, which GraphiQL's introspection just fits. */
  readonly depth: number;
  /** Fields. Default 1_000. */
  readonly fields: number;
  /** Fields of an operation itself. Default 20. */
  readonly rootFields: number;
  /** Fields with an alias. Default 50. */
  readonly aliases: number;
  /** Directives. Default 50. */
  readonly directives: number;
  /** Times that a field is selected at one place of the answer. Default 50: validation compares each with each. */
  readonly repeats: number;
  /** Cost of one operation in points, by `@cost` and `@listSize` of the schema. Default 10_000. */
  readonly cost: number;
}

/** How much one caller may ask for. */
export interface RateLimits {
  /** Default on. */
  readonly isOn: boolean;
  /** Cost points a minute for each address of visitors. Default 100_000. */
  readonly visitorPoints: number;
  /** … for each user. Default 200_000. */
  readonly userPoints: number;
  /** … for each moderator and admin. Default 600_000. */
  readonly staffPoints: number;
  /** … for each API key. Default 200_000. */
  readonly keyPoints: number;
  /** Points that one caller's distinct subscriptions may cost together for each event. Default 20_000. */
  readonly standingPoints: number;
  /** Passwords checked or set in 15 minutes for one account. Default 10. */
  readonly passwordsPerAccount: number;
  /** … from one address. Default 100. */
  readonly passwordsPerAddress: number;
}

/** How much of the database one caller may take. */
export interface StatementLimits {
  /** Database time a minute that is included in the prices of operations. Default 3_000 (3 s). */
  readonly includedMs: number;
  /** Points that a second of database time beyond it costs. Default 50_000. */
  readonly pointsPerSecond: number;
  /** Statements in the database at a time; the others wait. Default 2. */
  readonly perCaller: number;
  /** How long a list with a filter, or its count, may take. Default 1_000 (1 s). */
  readonly searchTimeoutMs: number;
}

/** How much one connection may ask for. */
export interface HttpLimits {
  /** How long the head of a request may take. Default 10_000 (10 s). */
  readonly headersTimeoutMs: number;
  /** How long a whole request may take to come. Default 30_000 (30 s). */
  readonly requestTimeoutMs: number;
  /** How long an answer may wait for a client that reads nothing of it. Default 30_000 (30 s). */
  readonly answerTimeoutMs: number;
  /** How long a connection may wait for its next request. Default 65_000 (65 s): load balancers let go after 60. */
  readonly keepAliveTimeoutMs: number;
  /** Headers of a request; more are refused with 431. Default 100. */
  readonly headers: number;
  /** Connections of one process, WebSockets and streams among them; more are refused with 503. Default 20_000. */
  readonly connections: number;
  /**
   * … of one address that is no trusted proxy; more are refused with 429. Those that listen count for their user instead
   * (`connectionsPerUser`). Default 1_000.
   */
  readonly connectionsPerAddress: number;
}

export interface Limits {
  readonly http: HttpLimits;
  readonly rate: RateLimits;
  readonly statement: StatementLimits;
  readonly document: DocumentLimits;
  /** Nodes of the valid documents that are kept parsed, all together. Default 100_000. */
  readonly documentStoreNodes: number;
}

interface Reader {
  onOff(name: string, fallback: boolean): boolean;
  integer(name: string, fallback: number, least: number, most: number): number;
}

/** The setting of each limit of documents: errors name it. */
export const documentSettings = {
  characters: "DOCUMENT_LIMIT_CHARACTERS",
  tokens: "TOKEN_LIMIT",
  definitions: "DEFINITION_LIMIT",
  variables: "VARIABLE_LIMIT",
  depth: "DEPTH_LIMIT",
  fields: "FIELD_LIMIT",
  rootFields: "ROOT_FIELD_LIMIT",
  aliases: "ALIAS_LIMIT",
  directives: "DIRECTIVE_LIMIT",
  repeats: "REPEAT_LIMIT",
  cost: "COST_LIMIT",
} as const satisfies Record<keyof DocumentLimits, string>;

export function readLimits(reader: Reader): Limits {
  return {
    http: {
      headersTimeoutMs: reader.integer("HEADERS_TIMEOUT_MS", 10_000, 100, 600_000),
      requestTimeoutMs: reader.integer("REQUEST_TIMEOUT_MS", 30_000, 100, 3_600_000),
      answerTimeoutMs: reader.integer("ANSWER_TIMEOUT_MS", 30_000, 100, 3_600_000),
      keepAliveTimeoutMs: reader.integer("KEEP_ALIVE_TIMEOUT_MS", 65_000, 0, 3_600_000),
      headers: reader.integer("HEADER_LIMIT", 100, 20, 2_000),
      connections: reader.integer("HTTP_CONNECTION_LIMIT", 20_000, 1, 10_000_000),
      connectionsPerAddress: reader.integer("HTTP_CONNECTIONS_PER_ADDRESS", 1_000, 1, 10_000_000),
    },
    rate: {
      isOn: reader.onOff("RATE_LIMIT", true),
      visitorPoints: reader.integer("RATE_LIMIT_VISITOR", 100_000, 1, 1_000_000_000),
      userPoints: reader.integer("RATE_LIMIT_USER", 200_000, 1, 1_000_000_000),
      staffPoints: reader.integer("RATE_LIMIT_STAFF", 600_000, 1, 1_000_000_000),
      keyPoints: reader.integer("RATE_LIMIT_KEY", 200_000, 1, 1_000_000_000),
      standingPoints: reader.integer("STANDING_COST_LIMIT", 20_000, 1, 1_000_000_000),
      passwordsPerAccount: reader.integer("PASSWORDS_PER_ACCOUNT", 10, 1, 1_000_000),
      passwordsPerAddress: reader.integer("PASSWORDS_PER_ADDRESS", 100, 1, 1_000_000),
    },
    statement: {
      includedMs: reader.integer("STATEMENT_INCLUDED_MS", 3_000, 0, 60_000),
      pointsPerSecond: reader.integer("STATEMENT_POINTS_PER_SECOND", 50_000, 0, 1_000_000_000),
      perCaller: reader.integer("STATEMENTS_PER_CALLER", 2, 1, 1_000),
      searchTimeoutMs: reader.integer("SEARCH_TIMEOUT_MS", 1_000, 10, 600_000),
    },
    document: {
      characters: reader.integer(documentSettings.characters, 100_000, 100, 10_000_000),
      tokens: reader.integer(documentSettings.tokens, 10_000, 10, 100_000),
      definitions: reader.integer(documentSettings.definitions, 100, 1, 10_000),
      variables: reader.integer(documentSettings.variables, 100, 1, 10_000),
      depth: reader.integer(documentSettings.depth, 15, 1, 100),
      fields: reader.integer(documentSettings.fields, 1_000, 1, 100_000),
      rootFields: reader.integer(documentSettings.rootFields, 20, 1, 10_000),
      aliases: reader.integer(documentSettings.aliases, 50, 0, 10_000),
      directives: reader.integer(documentSettings.directives, 50, 0, 10_000),
      repeats: reader.integer(documentSettings.repeats, 50, 1, 10_000),
      cost: reader.integer(documentSettings.cost, 10_000, 1, 1_000_000_000),
    },
    documentStoreNodes: reader.integer("DOCUMENT_STORE_NODES", defaultStoreNodes, 1, 100_000_000),
  };
}
