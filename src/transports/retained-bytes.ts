/** Byte budget of one connection for what its running operations hold in memory: documents, variables, ids. */
import { type DocumentNode, visit } from "graphql";
import { ParleyError } from "../errors.js";
import type { LiveOperation } from "../subscriptions/operation.js";

/** Average of a syntax tree node with its name or value. */
const bytesOfNode = 200;
/** A subscription in transport and engine, without its document and variables. */
const bytesOfSubscription = 1_024;

export class RetainedBytes {
  readonly #limit: number;
  /** Subscriptions per document, which is counted once. */
  readonly #documents = new Map<DocumentNode, number>();
  #bytes = 0;

  /** Setting KEPT_LIMIT_BYTES. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Counts the message of a query or mutation. Returns the function that releases it. Throws TOO_MANY_SUBSCRIPTIONS. */
  keepMessage(bytes: number): () => void {
    this.#require(bytes);
    this.#bytes += bytes;
    return () => {
      this.#bytes -= bytes;
    };
  }

  /** Counts a subscription. Returns the function that releases it. Throws TOO_MANY_SUBSCRIPTIONS. */
  keepSubscription({ document, variables }: Pick<LiveOperation, "document" | "variables">): () => void {
    const own = bytesOfSubscription + bytesOfVariables(variables);
    const count = this.#documents.get(document) ?? 0;
    const ofDocument = count === 0 ? bytesOfDocument(document) : 0;
    this.#require(own + ofDocument);
    this.#bytes += own + ofDocument;
    this.#documents.set(document, count + 1);
    return () => {
      this.#bytes -= own;
      const left = (this.#documents.get(document) ?? 1) - 1;
      if (left > 0) {
        this.#documents.set(document, left);
        return;
      }
      this.#documents.delete(document);
      this.#bytes -= bytesOfDocument(document);
    };
  }

  #require(bytes: number): void {
    if (this.#bytes + bytes <= this.#limit) return;
    const message = `The documents and variables of all operations of a connection must be at most ${this.#limit} bytes (KEPT_LIMIT_BYTES), got ${this.#bytes + bytes} with this one: end another operation, or shorten it.`;
    throw new ParleyError("TOO_MANY_SUBSCRIPTIONS", message, { limit: this.#limit });
  }
}

/** An upper bound: UTF-16, and JSON has at least one character for each. */
function bytesOfVariables(variables: LiveOperation["variables"]): number {
  return 2 * JSON.stringify(variables).length;
}

const known = new WeakMap<DocumentNode, number>();

function bytesOfDocument(document: DocumentNode): number {
  const found = known.get(document);
  if (found !== undefined) return found;
  let bytes = document.loc?.source.body.length ?? 0;
  visit(document, {
    enter() {
      bytes += bytesOfNode;
    },
  });
  known.set(document, bytes);
  return bytes;
}
