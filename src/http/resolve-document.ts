/** Replaces the hash of a trusted document with its text, because Apollo Server only handles texts. */
import type { SentOperation, TrustedDocuments } from "../graphql/documents/trusted-documents.js";

export interface SentRequest {
  /** Query string of a GET. */
  readonly search: string;
  /** Parsed body of a POST. */
  readonly body: unknown;
}

/** Throws DOCUMENT_NOT_TRUSTED. Malformed requests are left to Apollo Server. */
export function withDocument(documents: TrustedDocuments, { search, body }: SentRequest): SentRequest {
  if (body === undefined) return { body, search: withDocumentInSearch(documents, search) };
  if (typeof body !== "object" || body === null || Array.isArray(body)) return { body, search };
  const query = documents.resolve(body);
  // Without the hash, because Apollo Server would compare it with the text.
  return { search, body: query === undefined ? body : { ...body, query, extensions: null } };
}

function withDocumentInSearch(documents: TrustedDocuments, search: string): string {
  const given = new URLSearchParams(search);
  const query = documents.resolve(sentIn(given));
  if (query === undefined) return search;
  given.set("query", query);
  given.delete("extensions");
  return `?${given}`;
}

function sentIn(given: URLSearchParams): SentOperation {
  return {
    query: given.get("query") ?? undefined,
    documentId: given.get("documentId") ?? undefined,
    extensions: parsed(given.get("extensions")),
  };
}

function parsed(text: string | null): unknown {
  try {
    return text === null ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
