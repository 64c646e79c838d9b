/** Source names of imported rows: the values of the unique `source` columns, which make imports repeatable. */
import { StartupError } from "../errors.js";

export type SourceKind = "user" | "question" | "answer" | "comment";

/** Such as `history-meta:answer:12`. */
export function sourceOf(namespace: string, kind: SourceKind, id: number): string {
  return `${namespace}:${kind}:${id}`;
}

/** Namespace derived from the name of a directory. Characters that are not allowed become hyphens. */
export function namespaceOf(directoryName: string): string {
  const words = directoryName.toLowerCase().match(/[a-z0-9.]+/g) ?? [];
  return words.join("-").replace(/^\.+/, "").slice(0, 63) || "import";
}

const namespacePattern = /^[a-z0-9][a-z0-9.-]{0,62}$/;

/** Throws a StartupError for an invalid namespace. */
export function checkNamespace(namespace: string): void {
  if (namespacePattern.test(namespace)) return;
  const expected = "1–63 of a–z, 0–9, dot and hyphen, beginning with a letter or digit";
  throw new StartupError(`the name of the imported site must be ${expected}, got "${namespace}"`);
}
