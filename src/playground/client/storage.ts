/** Storage of the playground in the browser: tabs, history, theme. Never request headers, which may hold a token. */
import { createLocalStorage } from "@graphiql/toolkit";

type Storage = ReturnType<typeof createLocalStorage>;

/** Storage keys of GraphiQL's history plugin: executed and favourite operations. */
const historyKeys = ["graphiql:queries", "graphiql:favorites"];

/**
 * GraphiQL's `shouldPersistHeaders: false` covers its tabs but not its history, which would keep the headers of every
 * request.
 *
 * @param namespace - Prefix of the keys. Other servers' playgrounds run on the same localhost origin, and stored tabs
 *   win over the example tabs, so a change of the examples wants a new namespace.
 */
export function createStorage(namespace: string): Storage {
  const storage = createLocalStorage({ namespace });
  const { setItem } = storage;
  storage.setItem = (key, value) => setItem(key, historyKeys.includes(key) ? withoutHeaders(value) : value);
  return storage;
}

function withoutHeaders(history: string): string {
  return JSON.stringify(JSON.parse(history, (key, value) => (key === "headers" ? undefined : value)));
}
