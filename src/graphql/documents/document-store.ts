/**
 * Cache of parsed, valid documents for all transports and webhooks. Bounded by the number of syntax tree nodes, which
 * reflects memory better than the length of the text. Data derived from a document is attached to it by a WeakMap, and
 * is freed with it.
 */
import { createHash } from "node:crypto";
import { type DocumentNode, Kind, type Location, type Source } from "graphql";
import { LRUCache } from "lru-cache";

/** Characters of a source that take as much memory as a node. */
const charactersPerNode = 100;

export class DocumentStore {
  readonly #documents: LRUCache<string, DocumentNode>;

  /** Nodes of all documents together. Setting DOCUMENT_STORE_NODES. */
  constructor(maxNodes: number) {
    this.#documents = new LRUCache({ maxSize: maxNodes });
  }

  /** Nodes that are stored, and documents they are of. */
  get size(): { readonly nodes: number; readonly documents: number } {
    return { nodes: this.#documents.calculatedSize, documents: this.#documents.size };
  }

  /** The document with this hash, see `hashOf`. */
  get(hash: string): DocumentNode | undefined {
    return this.#documents.get(hash);
  }

  /**
   * Stores a document that is valid, and takes from it what only the parser needs. One too large for the store is not
   * kept.
   */
  set(hash: string, document: DocumentNode): void {
    const size = compact(document) + Math.ceil((document.loc?.source.body.length ?? 0) / charactersPerNode);
    this.#documents.set(hash, document, { size });
  }
}

/** The same hash as in Apollo Server. */
export function hashOf(source: string): string {
  return createHash("sha256").update(source).digest("hex");
}

/** Adapter for Apollo Server's document store: keys consist of the schema and the hash of the document. */
export function forApollo(store: DocumentStore) {
  const hashIn = (key: string) => key.slice(key.lastIndexOf(":") + 1);
  return {
    get: async (key: string) => store.get(hashIn(key)),
    set: async (key: string, document: DocumentNode) => store.set(hashIn(key), document),
    delete: async () => false,
  };
}

/** Where a node stands, for errors: graphql-js's has the lexer's tokens too, each of which holds on to the next. */
class Place {
  readonly start: number;
  readonly end: number;
  readonly source: Source;

  constructor({ start, end, source }: Pick<Location, "start" | "end" | "source">) {
    this.start = start;
    this.end = end;
    this.source = source;
  }
}

/** Takes the tokens out of a tree. Returns its nodes. No error is about a name alone, so names lose their places. */
function compact(document: DocumentNode): number {
  let count = 0;
  const open: unknown[] = [document];
  while (open.length > 0) {
    const node = open.pop();
    if (Array.isArray(node)) open.push(...node);
    else if (isNode(node)) {
      count += 1;
      const { loc, ...parts } = node;
      node.loc = loc === undefined || node.kind === Kind.NAME ? undefined : new Place(loc);
      for (const part of Object.values(parts)) if (typeof part === "object") open.push(part);
    }
  }
  return count;
}

interface Node {
  readonly kind: string;
  loc: Location | Place | undefined;
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "kind" in value;
}
