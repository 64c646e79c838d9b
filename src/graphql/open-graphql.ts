/** Opens GraphQL: the schema, the limits and stores of documents, the executor, and Apollo Server's pipeline. */
import type { ApolloServer } from "@apollo/server";
import type { GraphQLSchema } from "graphql";
import type { Config } from "../config/config.js";
import { createExecute, type Execute, executeWithGraphqlJs } from "../execution/execute.js";
import type { ResponseLimit } from "../execution/response-size.js";
import type { Log } from "../log.js";
import type { ShowHtml } from "../markdown/html-store.js";
import type { RateLimiter } from "../rate-limit/rate-limit.js";
import { startApollo } from "./apollo.js";
import type { Context } from "./context.js";
import { createDocumentGuard, type DocumentGuard } from "./documents/document-bounds.js";
import { DocumentStore } from "./documents/document-store.js";
import { loadTrustedDocuments, type TrustedDocuments } from "./documents/trusted-documents.js";
import { loadSchema } from "./schema.js";

export interface GraphQLOptions {
  readonly config: Config;
  readonly log: Log;
  readonly limiter: RateLimiter;
  /** Shows texts that are stored without HTML. */
  readonly showHtml: ShowHtml;
}

export interface GraphQL {
  readonly schema: GraphQLSchema;
  readonly guard: DocumentGuard;
  /** Parsed documents, shared by all transports. */
  readonly store: DocumentStore;
  readonly documents: TrustedDocuments;
  /** Executes within `responseLimit`. */
  readonly execute: Execute;
  readonly responseLimit: ResponseLimit;
  readonly apollo: ApolloServer<Context>;
}

/** Throws a StartupError when the trusted documents cannot be read. */
export async function openGraphQL({ config, log, limiter, showHtml }: GraphQLOptions): Promise<GraphQL> {
  const schema = await loadSchema(showHtml, limiter);
  const documents = await loadTrustedDocuments(config.trustedDocuments, config.trustedDocumentsFile);
  const hideSuggestions = !config.introspection;
  const guard = createDocumentGuard(schema, config.limits.document, hideSuggestions);
  const responseLimit = { bytes: config.responseLimitBytes, setting: "RESPONSE_LIMIT_BYTES" };
  const create = config.compiledExecution ? createExecute : executeWithGraphqlJs;
  const execute = create(schema, { responseLimit, hideSuggestions });
  const store = new DocumentStore(config.limits.documentStoreNodes);
  const apollo = await startApollo({ schema, execute, config, guard, store, limiter, log });
  return { schema, guard, store, documents, execute, responseLimit, apollo };
}
