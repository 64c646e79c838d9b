/** What a resolver is given: who asks, what they may read and change, and where to log. One for each request. */
import { createHash, createHmac } from "node:crypto";
import type { Viewer } from "./auth/viewer.js";
import type { Query } from "./db/database.js";
import type { Deadline } from "./deadline.js";
import { ParleyError } from "./errors.js";
import type { ResponseLimit } from "./execution/response-size.js";
import { createLoaders, type Loaders } from "./loaders/loaders.js";
import { sightOf } from "./loaders/sight.js";
import { everything, type Wanted } from "./loaders/wanted.js";
import type { Log } from "./log.js";
import { createServices, type ServiceDependencies, type Services } from "./services/services.js";
import type { OnceOnly } from "./services/transaction.js";

export interface Context {
  readonly viewer: Viewer | null;
  /** Network address of who asks. */
  readonly address: string;
  readonly services: Services;
  readonly log: Log;
  /** Cursor of the last event this instance knew of before the request read anything: reads see all up to it. */
  readonly eventCursor: string;
  /** Of the response, where the transport has one of its own. */
  readonly responseLimit?: ResponseLimit | undefined;
  /** Reads of this request, or of the mutation field that runs now. */
  readonly loaders: Loaders;
  /** Called before anything is executed: what is wanted is what is read. */
  beginOperation(wanted: Wanted): void;
  /** Called before each field of a mutation: what was read before it may be out of date after it. */
  beginMutationField(responseName: string): void;
}

export interface ContextDependencies extends ServiceDependencies {
  /** Cursor of the last event this instance knows of. */
  readonly eventCursor: () => string;
  /** Reads of one request, which see what its viewer wrote before; others' changes may show a little later. */
  readonly readFor: (viewerId: number | null) => Query;
}

/** What of a request bears on its context. */
export interface Asked {
  readonly viewer: Viewer | null;
  readonly address: string;
  readonly openLog: () => Log;
  readonly deadline: Deadline;
  readonly responseLimit?: ResponseLimit | undefined;
  /** The `Idempotency-Key` header. */
  readonly idempotencyKey?: string | undefined;
  /** The request body, of which the key stands for one. */
  readonly operation?: unknown;
}

/** Throws BAD_REQUEST for a malformed idempotency key. */
export function createContext(dependencies: ContextDependencies, asked: Asked): Context {
  return new RequestContext(dependencies, asked);
}

/** What a context keeps to itself. */
interface Kept {
  readonly dependencies: ContextDependencies;
  readonly deadline: Deadline;
  readonly openLog: () => Log;
  readonly once: OnceOnly | undefined;
  wanted: Wanted;
  /** Whether a mutation has begun: what it answers with is what it has just written. */
  hasWritten: boolean;
  loaders?: Loaders | undefined;
  services?: Services;
}

class RequestContext implements Context {
  readonly viewer: Viewer | null;
  readonly address: string;
  readonly eventCursor: string;
  readonly responseLimit: ResponseLimit | undefined;
  /** No private field, and one object: Apollo Server executes with a copy of the context, which has its properties. */
  readonly kept: Kept;

  constructor(
    dependencies: ContextDependencies,
    { viewer, address, openLog, deadline, responseLimit, idempotencyKey, operation }: Asked,
  ) {
    const once = idempotencyKey === undefined ? undefined : onceOnly(idempotencyKey, viewer, operation);
    this.viewer = viewer;
    this.address = address;
    this.responseLimit = responseLimit;
    this.eventCursor = dependencies.eventCursor();
    this.kept = { dependencies, deadline, openLog, once, wanted: everything, hasWritten: false };
  }

  get log(): Log {
    return this.kept.openLog();
  }

  /** Most requests only read. */
  get services(): Services {
    const { dependencies, deadline, once } = this.kept;
    this.kept.services ??= createServices(dependencies, deadline, once, this.viewer?.id ?? null);
    return this.kept.services;
  }

  get loaders(): Loaders {
    this.kept.loaders ??= freshLoaders(this.kept, this.viewer);
    return this.kept.loaders;
  }

  beginOperation(wanted: Wanted): void {
    this.kept.wanted = wanted;
    this.kept.loaders = undefined;
  }

  beginMutationField(responseName: string): void {
    this.kept.hasWritten = true;
    this.kept.loaders = undefined;
    if (this.kept.once !== undefined) this.kept.once.field = responseName;
  }
}

function freshLoaders({ dependencies, deadline, wanted, hasWritten }: Kept, viewer: Viewer | null): Loaders {
  const viewerId = viewer?.id ?? null;
  const read = hasWritten ? dependencies.query : dependencies.readFor(viewerId);
  const query: Query = (text, values) => read(text, values, deadline.signal);
  return createLoaders({ query, wanted, viewerId, sight: sightOf(viewer) });
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
