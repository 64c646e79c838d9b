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

/** Private state of a context. */
interface ContextState {
  readonly dependencies: ContextDependencies;
  readonly deadline: Deadline;
  readonly openLog: () => Log;
  readonly idempotency: IdempotencyScope | undefined;
  selected: SelectedFields;
  /** Whether a mutation has begun: what it answers with is what it has just written. */
  hasWritten: boolean;
  loaders?: Loaders | undefined;
  services?: Services;
  /** Looked up when there is something to read. */
  run?: RunStatement;
}

class RequestContext implements Context {
  readonly viewer: Viewer | null;
  readonly address: string;
  readonly eventCursor: string;
  readonly responseLimit: ResponseLimit | undefined;
  /** No private field, and one object: Apollo Server executes with a copy of the context, which has its properties. */
  readonly state: ContextState;

  constructor(
    dependencies: ContextDependencies,
    { viewer, address, openLog, deadline, responseLimit, idempotencyKey, operation }: RequestInfo,
  ) {
    const idempotency = idempotencyKey === undefined ? undefined : idempotencyScope(idempotencyKey, viewer, operation);
    this.viewer = viewer;
    this.address = address;
    this.responseLimit = responseLimit;
    this.eventCursor = dependencies.eventCursor();
    this.state = { dependencies, deadline, openLog, idempotency, selected: allFields, hasWritten: false };
  }

  get log(): Log {
    return this.state.openLog();
  }

  /** Most requests only read. */
  get services(): Services {
    const { dependencies, deadline, idempotency } = this.state;
    this.state.services ??= createServices(
      { ...dependencies, query: charged(dependencies.query, this) },
      deadline,
      idempotency,
      this.viewer?.id ?? null,
    );
    return this.state.services;
  }

  get loaders(): Loaders {
    this.state.loaders ??= freshLoaders(this);
    return this.state.loaders;
  }

  deliveryBody(row: WebhookDeliveryRow): Promise<ShownBody> {
    return this.services.webhookDeliveries.body(requireViewer(this.viewer), row);
  }

  beginOperation(selected: SelectedFields): void {
    this.state.selected = selected;
    this.state.loaders = undefined;
  }

  beginMutationField(responseName: string): void {
    this.state.hasWritten = true;
    this.state.loaders = undefined;
    if (this.state.idempotency !== undefined) this.state.idempotency.field = responseName;
  }
}

function freshLoaders(request: RequestContext): Loaders {
  const { dependencies, deadline, selected, hasWritten } = request.state;
  const { viewer } = request;
  const viewerId = viewer?.id ?? null;
  const { searchTimeoutMs } = dependencies;
  const read = hasWritten ? dependencies.query : dependencies.readFor(viewerId);
  const bounded: Query = (text, values, signal, onMeasured) =>
    withTimeout(
      searchTimeoutMs,
      signal,
      () => searchTooLong(searchTimeoutMs),
      (until) => read(text, values, until, onMeasured),
    );
  const [query, search] = [charged(read, request), charged(bounded, request)];
  return createLoaders({
    query: (text, values) => query(text, values, deadline.signal),
    search: (text, values) => search(text, values, deadline.signal),
    selected,
    viewerId,
    visibility: visibilityOf(viewer),
  });
}

function searchTooLong(timeoutMs: number): ParleyError {
  const limit = `a filtered list must be read or counted within ${timeoutMs} ms (SEARCH_TIMEOUT_MS)`;
  return new ParleyError("DEADLINE_EXCEEDED", `The search timed out: ${limit}. Use rarer words or a shorter period.`);
}

/** The same statements, queued with the caller's other statements and charged to the caller. */
function charged(query: Query, { state, viewer, address }: RequestContext): Query {
  return (text, values, signal) => {
    state.run ??= state.dependencies.statementsOf({ viewer, address });
    return state.run((onMeasured) => query(text, values, signal, onMeasured), signal);
  };
}
