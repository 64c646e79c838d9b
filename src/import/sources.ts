/** Names for where an imported row came from: the value of the unique `source` columns, which makes imports repeatable. */
import { StartupError } from "../errors.js";

export type SourceKind = "user" | "question" | "answer" | "comment";

/** Such as `history-meta:answer:12`. */
export function sourceOf(namespace: string, kind: SourceKind, id: number): string {
  return `${namespace}:${kind}:${id}`;
}

const namespacePattern = /^[a-z0-9][a-z0-9.-]{0,62}$/;

/** Throws a StartupError unless `namespace` can begin a source. */
export function checkNamespace(namespace: string): void {
  if (namespacePattern.test(namespace)) return;
  const expected = "1–63 of a–z, 0–9, dot and hyphen, beginning with a letter or digit";
  throw new StartupError(`the name of the imported site must be ${expected}, got "${namespace}"`);
}
