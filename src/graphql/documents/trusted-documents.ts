/**
 * Trusted documents, by hash: the manifest of codegen's client preset (`persistedDocuments`),
 * `{ "<hash>": "<document>" }`. Any hash algorithm works; only the key in the file counts.
 */
import { readFile } from "node:fs/promises";
import { ParleyError, reasonOf, StartupError } from "../../errors.js";

/** `allow` takes other documents too. */
export type TrustedDocumentsMode = "off" | "allow" | "require";

/** An operation request as received. */
export interface SentOperation {
  readonly query?: unknown;
  readonly documentId?: unknown;
  readonly extensions?: unknown;
}

export interface TrustedDocuments {
  readonly mode: TrustedDocumentsMode;
  /**
   * The document for the hash in `documentId` or `extensions.persistedQuery.sha256Hash`; undefined if the request
   * contains its own. Throws DOCUMENT_NOT_TRUSTED for a document or hash that is not in the manifest.
   */
  resolve(sent: SentOperation): string | undefined;
}

/** Throws a StartupError when the manifest cannot be read, or is none. */
export async function loadTrustedDocuments(
  mode: TrustedDocumentsMode,
  path: string | undefined,
): Promise<TrustedDocuments> {
  if (mode === "off") return createTrustedDocuments(mode, new Map());
  if (path === undefined)
    throw new StartupError(`TRUSTED_DOCUMENTS_FILE must be set when TRUSTED_DOCUMENTS is ${mode}.`);
  return createTrustedDocuments(mode, await readManifest(path));
}

function createTrustedDocuments(mode: TrustedDocumentsMode, documents: ReadonlyMap<string, string>): TrustedDocuments {
  if (mode === "off") return { mode, resolve: () => undefined };
  const texts = new Set(documents.values());

  return {
    mode,
    resolve(sent) {
      const id = idOf(sent);
      const known = id === undefined ? undefined : documents.get(id);
      if (known !== undefined) return known;
      // An automatic persisted query is Apollo Server's to look up.
      const isAutomatic = typeof sent.documentId !== "string";
      if (mode === "allow" && (id === undefined || isAutomatic)) return undefined;
      if (id === undefined && typeof sent.query === "string" && texts.has(sent.query)) return undefined;
      const what =
        id === undefined ? "a document that is not in it" : `the unknown hash ${JSON.stringify(id.slice(0, 100))}`;
      throw new ParleyError(
        "DOCUMENT_NOT_TRUSTED",
        `The document must be in the manifest of trusted documents, got ${what}.`,
      );
    },
  };
}

function idOf({ documentId, extensions }: SentOperation): string | undefined {
  if (typeof documentId === "string") return documentId;
  if (!isRecord(extensions) || !isRecord(extensions.persistedQuery)) return undefined;
  const { sha256Hash } = extensions.persistedQuery;
  return typeof sha256Hash === "string" ? sha256Hash : undefined;
}

async function readManifest(path: string): Promise<ReadonlyMap<string, string>> {
  let manifest: unknown;
  try {
    manifest = JSON.parse(await readFile(path, "utf8"));
  } catch (error) {
    throw new StartupError(`TRUSTED_DOCUMENTS_FILE "${path}" cannot be read: ${reasonOf(error)}`);
  }
  const entries = isRecord(manifest) ? Object.entries(manifest) : [];
  const documents = new Map(entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"));
  if (documents.size > 0 && documents.size === entries.length) return documents;
  const expected = 'must be an object of documents by hash, such as {"<hash>": "query Feed { … }"}';
  throw new StartupError(`TRUSTED_DOCUMENTS_FILE "${path}" ${expected}.`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
