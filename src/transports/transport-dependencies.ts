/** Dependencies and bounds of the transports of subscriptions: WebSocket and Server-Sent Events. */
import type { ApolloServer } from "@apollo/server";
import type { GraphQLSchema } from "graphql";
import type { Authenticator } from "../auth/viewer.js";
import type { ResponseLimit } from "../execution/response-size.js";
import type { Context, ContextDependencies } from "../graphql/context.js";
import type { TrustedDocuments } from "../graphql/documents/trusted-documents.js";
import type { ClientOf } from "../http/client-address.js";
import type { UnreadBytes } from "../http/unread-bytes.js";
import type { Log } from "../log.js";
import type { RateLimiter } from "../rate-limit/rate-limit.js";
import type { LiveEngine } from "../subscriptions/engine.js";
import type { OperationReader } from "../subscriptions/operation.js";
import type { LiveConnections } from "./connections.js";

export interface TransportDependencies {
  readonly schema: GraphQLSchema;
  readonly apollo: ApolloServer<Context>;
  readonly authenticate: Authenticator["authenticate"];
  readonly context: ContextDependencies;
  readonly engine: LiveEngine;
  readonly reader: OperationReader;
  readonly connections: LiveConnections;
  readonly limiter: RateLimiter;
  readonly documents: TrustedDocuments;
  readonly clientOf: ClientOf;
  readonly log: Log;
  /** Of a response that must fit into a frame. */
  readonly responseLimit: ResponseLimit;
  readonly unread: UnreadBytes;
  readonly bounds: TransportBounds;
}

export interface TransportBounds {
  /** Largest message or request body in bytes: a larger message closes the socket with 1009. */
  readonly messageBytes: number;
  /** Largest `connection_init` in bytes: a larger one closes the socket with 4400. */
  readonly initBytes: number;
  /** Bytes that may wait for a client that reads slowly: past it, a socket is closed with 4413, a stream ends. */
  readonly backlogBytes: number;
  /** Bytes that the operations of one connection may keep in memory. */
  readonly retainedBytes: number;
  /** Operations of one socket at a time. */
  readonly subscriptions: number;
  /** How long a client may take to initialise a socket: past it the socket is closed with 4408. */
  readonly initTimeoutMs: number;
  /** Ping interval. A socket that did not answer the last ping is disconnected. */
  readonly pingMs: number;
  /** How long a query or mutation may take. */
  readonly deadlineMs: number;
}
