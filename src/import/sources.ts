/** Source names of imported rows: the values of the unique `source` columns, which make imports repeatable. */
import { StartupError } from "../errors.js";

export type SourceKind = "user" | "question" | "answer" | "comment";

/** Such as `history-meta:answer:12`. */
export function sourceOf(namespace: string, kind: SourceKind, id: number): string {
  return `${namespace}:${kind}:${id}`;
}

/** A namespace for the dump in a directory of this name: what cannot be in one becomes a hyphen. */
export function namespaceOf(directoryName: string): string {
  const words = directoryName.toLowerCase().match(/[a-z0-9.]+/g) ?? [];
  return words.join("-").replace(/^\.+/, "").slice(0, 63) || "import";
}

const namespacePattern = /^[a-z0-9][a-z0-9.-]{0,62}$/;

/** Throws a StartupError unless `namespace` can begin a source. */
export function checkNamespace(namespace: string): void {
  if (namespacePattern.test(namespace)) return;
  const expected = "1–63 of a–z, 0–9, dot and hyphen, beginning with a letter or digit";
  throw new StartupError(`the name of the imported site must be ${expected}, got "${namespace}"`);
}
