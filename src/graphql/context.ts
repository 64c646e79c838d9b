/** The GraphQL context: viewer, loaders, services and log. One per request. */
import type { Viewer } from "../auth/viewer.js";
import type { Query, RunStatement } from "../db/database.js";
import { type Deadline, withTimeout } from "../deadline.js";
import { ParleyError } from "../errors.js";
import type { ResponseLimit } from "../execution/response-size.js";
import type { WebhookDeliveryRow } from "../loaders/entities/webhook-delivery.js";
import { createLoaders, type Loaders } from "../loaders/loaders.js";
import { allFields, type SelectedFields } from "../loaders/look-ahead.js";
import { visibilityOf } from "../loaders/visibility.js";
import type { Log } from "../log.js";
import { requireViewer } from "../services/permissions.js";
import { createServices, type ServiceDependencies, type Services } from "../services/services.js";
import type { IdempotencyScope } from "../services/transaction.js";
import type { ShownBody } from "../services/webhooks.js";
import { idempotencyScope } from "./idempotency.js";

export interface Context {
  readonly viewer: Viewer | null;
  /** Network address of the client. */
  readonly address: string;
  readonly services: Services;
  readonly log: Log;
  /** Cursor of the last event this instance knew of before the request read anything: reads see all up to it. */
  readonly eventCursor: string;
  /** Of the response, where the transport has one of its own. */
  readonly responseLimit?: ResponseLimit | undefined;
  /** Reads of this request, or of the mutation field that runs now. */
  readonly loaders: Loaders;
  /** The body of a webhook's delivery, as the viewer may see it now. */
  deliveryBody(row: WebhookDeliveryRow): Promise<ShownBody>;
  /** Called before execution, with the look-ahead that decides what is read. */
  beginOperation(selected: SelectedFields): void;
  /** Called before each field of a mutation, since rows read before may be stale after it. */
  beginMutationField(responseName: string): void;
}

export interface ContextDependencies extends ServiceDependencies {
  /** Cursor of the last event this instance knows of. */
  readonly eventCursor: () => string;
  /** Reads of one request, which see what its viewer wrote before; others' changes may show a little later. */
  readonly readFor: (viewerId: number | null) => Query;
  /** How long reading or counting a list with a filter may take. */
  readonly searchTimeoutMs: number;
  /** Queues and charges the statements of a caller's request. */
  readonly statementsOf: (caller: Pick<RequestInfo, "viewer" | "address">) => RunStatement;
}

/** Parts of a request that its context depends on. */
export interface RequestInfo {
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
export function createContext(dependencies: ContextDependencies, request: RequestInfo): Context {
  return new RequestContext(dependencies, request);
}

class RequestContext implements Context {
  readonly viewer: Viewer | null;
  readonly address: string;
  readonly eventCursor: string;
  readonly responseLimit: ResponseLimit | undefined;
  /** All that changes: Apollo Server executes with a copy of the context, which has its properties alone. */
  readonly scope: RequestScope;

  constructor(dependencies: ContextDependencies, request: RequestInfo) {
    const { viewer, address, responseLimit } = request;
    this.viewer = viewer;
    this.address = address;
    this.responseLimit = responseLimit;
    this.eventCursor = dependencies.eventCursor();
    this.scope = new RequestScope(dependencies, request);
  }

  get log(): Log {
    return this.scope.log;
  }

  get services(): Services {
    return this.scope.services;
  }

  get loaders(): Loaders {
    return this.scope.loaders;
  }

  deliveryBody(row: WebhookDeliveryRow): Promise<ShownBody> {
    return this.services.webhookDeliveries.body(requireViewer(this.viewer), row);
  }

  beginOperation(selected: SelectedFields): void {
    this.scope.beginOperation(selected);
  }

  beginMutationField(responseName: string): void {
    this.scope.beginMutationField(responseName);
  }
}

/** Services and loaders of a request, created at first use. */
class RequestScope {
  readonly #dependencies: ContextDependencies;
  readonly #request: RequestInfo;
  readonly #idempotency: IdempotencyScope | undefined;
  #selected = allFields;
  /** Whether a mutation has begun: its payload is read from the primary. */
  #hasWritten = false;
  #loaders: Loaders | undefined;
  #services: Services | undefined;
  #run: RunStatement | undefined;

  constructor(dependencies: ContextDependencies, request: RequestInfo) {
    const { viewer, idempotencyKey, operation } = request;
    this.#dependencies = dependencies;
    this.#request = request;
    this.#idempotency = idempotencyKey === undefined ? undefined : idempotencyScope(idempotencyKey, viewer, operation);
  }

  get log(): Log {
    return this.#request.openLog();
  }

  /** Most requests only read. */
  get services(): Services {
    const dependencies = this.#dependencies;
    const { deadline, viewer } = this.#request;
    this.#services ??= createServices(
      { ...dependencies, query: this.#charged(dependencies.query) },
      deadline,
      this.#idempotency,
      viewer?.id ?? null,
    );
    return this.#services;
  }

  get loaders(): Loaders {
    this.#loaders ??= this.#createLoaders();
    return this.#loaders;
  }

  beginOperation(selected: SelectedFields): void {
    this.#selected = selected;
    this.#loaders = undefined;
  }

  beginMutationField(responseName: string): void {
    this.#hasWritten = true;
    this.#loaders = undefined;
    if (this.#idempotency !== undefined) this.#idempotency.field = responseName;
  }

  #createLoaders(): Loaders {
    const { viewer, deadline } = this.#request;
    const { query, readFor, searchTimeoutMs } = this.#dependencies;
    const viewerId = viewer?.id ?? null;
    const read = this.#hasWritten ? query : readFor(viewerId);
    const bounded: Query = (text, values, signal, onMeasured) =>
      withTimeout(
        searchTimeoutMs,
        signal,
        () => searchTooLong(searchTimeoutMs),
        (until) => read(text, values, until, onMeasured),
      );
    const [charged, search] = [this.#charged(read), this.#charged(bounded)];
    return createLoaders({
      query: (text, values) => charged(text, values, deadline.signal),
      search: (text, values) => search(text, values, deadline.signal),
      selected: this.#selected,
      viewerId,
      visibility: visibilityOf(viewer),
    });
  }

  /** The same statements, queued with the caller's other statements and charged to the caller. */
  #charged(query: Query): Query {
    return (text, values, signal) => {
      this.#run ??= this.#dependencies.statementsOf(this.#request);
      return this.#run((onMeasured) => query(text, values, signal, onMeasured), signal);
    };
  }
}

function searchTooLong(timeoutMs: number): ParleyError {
  const limit = `a filtered list must be read or counted within ${timeoutMs} ms (SEARCH_TIMEOUT_MS)`;
  return new ParleyError("DEADLINE_EXCEEDED", `The search timed out: ${limit}. Use rarer words or a shorter period.`);
}
