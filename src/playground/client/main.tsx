/** The playground page: GraphiQL in the full window with our examples. */
import "./workers.js";
import "graphiql/style.css";
import "./page.css";
import { GraphiQL } from "graphiql";
import { createRoot } from "react-dom/client";
import { exampleTabs } from "./examples.js";
import { createFetcher } from "./fetcher.js";
import { createStorage } from "./storage.js";

const root = document.getElementById("parley");
if (!root) throw new Error('The page must have an element with the id "parley", found none');

// This page is a GET of the endpoint itself, so its address is the endpoint's, behind whatever prefix a proxy adds.
const endpoint = new URL(window.location.pathname, window.location.origin);

createRoot(root).render(
  <GraphiQL
    fetcher={createFetcher(endpoint)}
    storage={createStorage("parley")}
    defaultTabs={exampleTabs()}
    defaultEditorToolsVisibility="headers"
    isHeadersEditorEnabled
    shouldPersistHeaders={false}
    inputValueDeprecation
    schemaDescription
  >
    <GraphiQL.Logo>Parley</GraphiQL.Logo>
  </GraphiQL>,
);
