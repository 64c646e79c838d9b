/** Look-ahead: which columns, authors and pages a document selects. Computed once per document. */
import { type DocumentNode, type GraphQLSchema, getNamedType, TypeInfo, visit, visitWithTypeInfo } from "graphql";
import type { Query } from "../db/database.js";
import { allColumns, needsOf, type RowType } from "./columns.js";
import { type InlinedConnection, InlinedConnectionFinder, type InlinedConnections } from "./inlined-connections.js";
import type { VisibilityScope } from "./visibility.js";

/** How a request reads: connection, look-ahead and viewer. */
export interface ReadContext {
  readonly query: Query;
  /** The same for lists with a condition, of which a page may take long to find. Default `query`. */
  readonly search?: Query;
  readonly selected: SelectedFields;
  /** Null for a visitor, and for reads shared by several viewers. */
  readonly viewerId: number | null;
  /** Visibility of rows. */
  readonly visibility: VisibilityScope;
  /** Given the page of a row that was read with it: PostgreSQL's JSON of its rows. */
  readonly prime?: (inlined: InlinedConnection, parent: number, rows: unknown) => void;
}

/** Independent of variables and directives: an upper bound of what is selected. Anything else is not read. */
export interface SelectedFields {
  /** Properties of each kind of row, besides `id`. */
  readonly properties: Readonly<Record<RowType, ReadonlySet<string>>>;
  /** Row types whose author is read in the same statement. */
  readonly authors: ReadonlySet<RowType>;
  /** Whether cursors of items are selected. */
  readonly cursors: boolean;
  /** Whether it matters if there is a page before or behind one. */
  readonly neighbours: boolean;
  /** Connections that are read with the rows of a page. */
  readonly inlined: InlinedConnections;
}

/** Their owner, or a moderator, looks at them, now and then: there is nothing to be had by reading less. */
const fullyLoadedTypes = {
  Webhook: allColumns("Webhook"),
  WebhookDelivery: allColumns("WebhookDelivery"),
  WebhookAttempt: allColumns("WebhookAttempt"),
  ApiKey: allColumns("ApiKey"),
  UserSession: allColumns("UserSession"),
  Report: allColumns("Report"),
  AuditEntry: allColumns("AuditEntry"),
};

/** For reads without a document: all columns; authors are loaded when needed. */
export const allFields: SelectedFields = {
  properties: {
    User: allColumns("User"),
    Post: allColumns("Post"),
    Comment: allColumns("Comment"),
    ...fullyLoadedTypes,
  },
  authors: new Set(),
  cursors: true,
  neighbours: true,
  inlined: new Map(),
};

const ofDocuments = new WeakMap<DocumentNode, SelectedFields>();

/** The same for all operations and fragments of the document. */
export function lookAhead(schema: GraphQLSchema, document: DocumentNode): SelectedFields {
  let selected = ofDocuments.get(document);
  if (selected === undefined) {
    selected = lookThrough(schema, document);
    ofDocuments.set(document, selected);
  }
  return selected;
}

function lookThrough(schema: GraphQLSchema, document: DocumentNode): SelectedFields {
  const properties = { User: new Set<string>(), Post: new Set<string>(), Comment: new Set<string>() };
  const authors = new Set<SelectedType>();
  let cursors = false;
  let neighbours = false;
  const inlined = new InlinedConnectionFinder(schema);
  const typeInfo = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(typeInfo, {
      Field(node) {
        const field = node.name.value;
        const parent = typeInfo.getParentType()?.name ?? "";
        const definition = typeInfo.getFieldDef();
        if (definition) inlined.note(parent, node, definition, getNamedType(definition.type));
        if (isSelectedType(parent)) {
          for (const property of needsOf(parent, field)) properties[parent].add(property);
          if (field === "author") authors.add(parent);
        }
        if (parent === "PageInfo") {
          if (field.endsWith("Cursor")) cursors = true;
          else neighbours = true;
        }
        if (parent.endsWith("Edge") && field === "cursor") cursors = true;
      },
    }),
  );
  return { properties: { ...properties, ...fullyLoadedTypes }, authors, cursors, neighbours, inlined: inlined.pages() };
}

/** Types for which only the selected columns are read. */
type SelectedType = "User" | "Post" | "Comment";

function isSelectedType(name: string): name is SelectedType {
  return name === "User" || name === "Post" || name === "Comment";
}
