/**
 * Starts Monaco's workers from our own files. Replaces graphiql/setup-workers, which supports only Vite, webpack and a
 * CDN.
 */
import editorWorker from "monaco-editor/esm/vs/editor/editor.worker.js?worker";
import jsonWorker from "monaco-editor/esm/vs/language/json/json.worker.js?worker";
import graphqlWorker from "monaco-graphql/esm/graphql.worker.js?worker";

const workers = new Map([
  ["json", jsonWorker],
  ["graphql", graphqlWorker],
]);

window.MonacoEnvironment = {
  getWorker: (_moduleId, label) => new Worker(new URL(workers.get(label) ?? editorWorker, import.meta.url)),
};
