/** What a resolver is given: who asks, what they may read and change, and where to log. One for each request. */
import { createHash, createHmac } from "node:crypto";
import type { Viewer } from "./auth/viewer.js";
import type { Query } from "./db/database.js";
import type { Deadline } from "./deadline.js";
import { ParleyError } from "./errors.js";
import { createLoaders, type Loaders } from "./loaders/loaders.js";
import { everything, type Wanted } from "./loaders/wanted.js";
import type { Log } from "./log.js";
import { createServices, type ServiceDependencies, type Services } from "./services/services.js";
import type { OnceOnly } from "./services/transaction.js";

export interface Context {
  readonly viewer: Viewer | null;
  readonly services: Services;
  readonly log: Log;
  /** Reads of this request, or of the mutation field that runs now. */
  loaders: Loaders;
  /** Called before anything is executed: what is wanted is what is read. */
  beginOperation(wanted: Wanted): void;
  /** Called before each field of a mutation: what was read before it may be out of date after it. */
  beginMutationField(responseName: string): void;
}

export interface ContextDependencies extends ServiceDependencies {
  /** Sees what is committed. */
  readonly query: Query;
  /** Reads of one request, which see what its viewer wrote before; others' changes may show a little later. */
  readonly readFor: (viewerId: number | null) => Query;
}

/** What of a request bears on its context. */
export interface Asked {
  readonly viewer: Viewer | null;
  readonly log: Log;
  readonly deadline: Deadline;
  /** The `Idempotency-Key` header. */
  readonly idempotencyKey?: string | undefined;
  /** The request body, of which the key stands for one. */
  readonly operation?: unknown;
}

/** Throws BAD_REQUEST for a malformed idempotency key. */
export function createContext(
  dependencies: ContextDependencies,
  { viewer, log, deadline, idempotencyKey, operation }: Asked,
): Context {
  const once = idempotencyKey === undefined ? undefined : onceOnly(idempotencyKey, viewer, operation);
  const viewerId = viewer?.id ?? null;
  let read = dependencies.readFor(viewerId);
  const query: Query = (text, values) => read(text, values, deadline.signal);
  let wanted: Wanted = everything;
  const freshLoaders = () => createLoaders({ query, wanted, viewerId });
  let services: Services | undefined;
  return {
    viewer,
    // Most requests only read.
    get services() {
      services ??= createServices(dependencies, deadline, once, viewerId);
      return services;
    },
    log,
    loaders: freshLoaders(),
    beginOperation(wantedNow) {
      wanted = wantedNow;
      this.loaders = freshLoaders();
    },
    beginMutationField(responseName) {
      // What a mutation answers with is what it has just written.
      read = dependencies.query;
      this.loaders = freshLoaders();
      if (once !== undefined) once.field = responseName;
    },
  };
}

/** The key itself is not kept: with it, a fingerprint of a sign-up could be searched for the password in it. */
function onceOnly(key: string, viewer: Viewer | null, operation: unknown): OnceOnly {
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) {
    throw new ParleyError("BAD_REQUEST", "The Idempotency-Key header must be 1–255 visible ASCII characters.");
  }
  const userId = viewer?.id ?? null;
  return {
    keyHash: createHash("sha256")
      .update(JSON.stringify([userId, key]))
      .digest("base64url"),
    fingerprint: createHmac("sha256", key).update(operationText(operation)).digest("base64url"),
    userId,
    field: "",
  };
}

function operationText(operation: unknown): string {
  if (typeof operation !== "object" || operation === null) return "";
  const { query, operationName, variables, extensions } = operation as Record<string, unknown>;
  try {
    return JSON.stringify([query, operationName, variables, extensions]);
  } catch {
    // Only nesting that exhausts the stack: what came as JSON has no cycles.
    throw new ParleyError("BAD_REQUEST", "With an Idempotency-Key, variables must not be nested thousands deep.");
  }
}
