/** Names for prepared statements: a statement is prepared when it is used a second time, under a hash of its text. */
import { createHash } from "node:crypto";
import { LRUCache } from "lru-cache";

/** Maximum texts remembered. Clients choose the selection, so there are more texts than are worth preparing. */
const maxTexts = 2_000;

/** Returns undefined for a text that is new. The same text has the same name, in every process. */
export function createStatementNames(): (text: string) => string | undefined {
  const names = new LRUCache<string, { name?: string }>({ max: maxTexts });
  return (text) => {
    const known = names.get(text);
    if (known === undefined) {
      names.set(text, {});
      return undefined;
    }
    known.name ??= createHash("sha256").update(text).digest("base64url").slice(0, 24);
    return known.name;
  };
}
