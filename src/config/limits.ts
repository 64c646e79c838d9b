/** Definitions of the limits per document, caller and connection. */
import { integer, onOff } from "./formats.js";
import { setting, type Values } from "./setting.js";

export const defaultStoreNodes = 100_000;

/** Of one connection. */
export const httpLimits = {
  headersTimeoutMs: setting(
    "HEADERS_TIMEOUT_MS",
    integer(100, 600_000),
    10_000,
    "how long the head of a request may take to arrive",
  ),
  requestTimeoutMs: setting(
    "REQUEST_TIMEOUT_MS",
    integer(100, 3_600_000),
    30_000,
    "how long a whole request may take to arrive",
  ),
  answerTimeoutMs: setting(
    "ANSWER_TIMEOUT_MS",
    integer(100, 3_600_000),
    30_000,
    "how long a response may wait for a client that reads nothing of it",
  ),
  // Load balancers let go after 60 s.
  keepAliveTimeoutMs: setting(
    "KEEP_ALIVE_TIMEOUT_MS",
    integer(0, 3_600_000),
    65_000,
    "how long a connection may wait for its next request",
  ),
  headers: setting("HEADER_LIMIT", integer(20, 2_000), 100, "headers of a request; more are refused with 431"),
  connections: setting(
    "HTTP_CONNECTION_LIMIT",
    integer(1, 10_000_000),
    20_000,
    "TCP connections to one process, WebSockets and streams included; more are refused with 503",
  ),
  connectionsPerAddress: setting(
    "HTTP_CONNECTIONS_PER_ADDRESS",
    integer(1, 10_000_000),
    1_000,
    "… of one address (IPv6: each /64) outside `TRUSTED_PROXIES`, except live connections, which `CONNECTIONS_PER_USER` counts; more are refused with 429",
  ),
};

/** Of a document, on every transport. Fragments count at each spread. */
export const documentLimits = {
  characters: setting(
    "DOCUMENT_LIMIT_CHARACTERS",
    integer(100, 10_000_000),
    100_000,
    "characters of a GraphQL document",
  ),
  // Parsing and validation are recursive: thousands of levels would exhaust the stack.
  tokens: setting("TOKEN_LIMIT", integer(10, 100_000), 10_000, "tokens of a document"),
  definitions: setting("DEFINITION_LIMIT", integer(1, 10_000), 100, "operations and fragments of a document together"),
  variables: setting("VARIABLE_LIMIT", integer(1, 10_000), 100, "variables of an operation"),
  depth: setting("DEPTH_LIMIT", integer(1, 100), 15, "nesting of fields; GraphiQL's introspection just fits"),
  fields: setting(
    "FIELD_LIMIT",
    integer(1, 100_000),
    1_000,
    "fields of a document, fragments counted wherever they are spread",
  ),
  rootFields: setting("ROOT_FIELD_LIMIT", integer(1, 10_000), 20, "root fields of an operation"),
  aliases: setting("ALIAS_LIMIT", integer(0, 10_000), 50, "fields with an alias in an operation"),
  directives: setting("DIRECTIVE_LIMIT", integer(0, 10_000), 50, "directives in an operation"),
  // Validation compares each with each.
  repeats: setting(
    "REPEAT_LIMIT",
    integer(1, 10_000),
    50,
    "times that a field is selected at one position of the response",
  ),
  cost: setting(
    "COST_LIMIT",
    integer(1, 1_000_000_000),
    10_000,
    "cost of an operation in points; see [cost](security.md#cost)",
  ),
};

/** Of all documents together. */
export const documentStoreNodes = setting(
  "DOCUMENT_STORE_NODES",
  integer(1, 100_000_000),
  defaultStoreNodes,
  "syntax tree nodes of valid documents that are kept parsed, for all transports together",
);

/** Of one caller. */
export const rateLimits = {
  isOn: setting(
    "RATE_LIMIT",
    onOff,
    true,
    "`off` for benchmarks: turns off the limits below, including those of passwords",
  ),
  visitorPoints: setting(
    "RATE_LIMIT_VISITOR",
    integer(1, 1_000_000_000),
    100_000,
    "cost points per minute for each address of visitors (IPv6: each /64)",
  ),
  userPoints: setting("RATE_LIMIT_USER", integer(1, 1_000_000_000), 200_000, "cost points per minute for each user"),
  staffPoints: setting(
    "RATE_LIMIT_STAFF",
    integer(1, 1_000_000_000),
    600_000,
    "cost points per minute for each moderator and admin",
  ),
  keyPoints: setting("RATE_LIMIT_KEY", integer(1, 1_000_000_000), 200_000, "cost points per minute for each API key"),
  standingPoints: setting(
    "STANDING_COST_LIMIT",
    integer(1, 1_000_000_000),
    20_000,
    "points that one caller's distinct subscriptions to a process may cost together for each event",
  ),
  passwordsPerAccount: setting(
    "PASSWORDS_PER_ACCOUNT",
    integer(1, 1_000_000),
    10,
    "passwords checked in 15 minutes for one account",
  ),
  passwordsPerAddress: setting(
    "PASSWORDS_PER_ADDRESS",
    integer(1, 1_000_000),
    100,
    "passwords checked or set in 15 minutes from one address",
  ),
};

/** Of one caller in the database. */
export const statementLimits = {
  includedMs: setting(
    "STATEMENT_INCLUDED_MS",
    integer(0, 60_000),
    3_000,
    "database time per minute of one caller, in one process, that is included in the cost",
  ),
  pointsPerSecond: setting(
    "STATEMENT_POINTS_PER_SECOND",
    integer(0, 1_000_000_000),
    50_000,
    "cost points charged for each second of database time beyond that, when the statement ends",
  ),
  perCaller: setting(
    "STATEMENTS_PER_CALLER",
    integer(1, 1_000),
    2,
    "concurrent database statements of one caller's requests, in one process; others wait",
  ),
  searchTimeoutMs: setting(
    "SEARCH_TIMEOUT_MS",
    integer(10, 600_000),
    1_000,
    "how long reading or counting a list with a `filter` may take: `DEADLINE_EXCEEDED`",
  ),
};

export const limits = {
  http: httpLimits,
  rate: rateLimits,
  statement: statementLimits,
  document: documentLimits,
  documentStoreNodes,
};

export type Limits = Values<typeof limits>;
export type HttpLimits = Limits["http"];
export type RateLimits = Limits["rate"];
export type StatementLimits = Limits["statement"];
export type DocumentLimits = Limits["document"];
