/** Look-ahead: which columns, authors and pages a document selects. Computed once per document. */
import { type DocumentNode, type GraphQLSchema, getNamedType, TypeInfo, visit, visitWithTypeInfo } from "graphql";
import type { Query } from "../db/database.js";
import { allColumns, needsOf, type RowType } from "./columns.js";
import { type Nested, NestedFinder, type NestedPages } from "./nested.js";
import type { Sight } from "./sight.js";

/** How a request reads: connection, look-ahead and viewer. */
export interface Reading {
  readonly query: Query;
  /** The same for lists with a condition, of which a page may take long to find. Default `query`. */
  readonly search?: Query;
  readonly wanted: Wanted;
  /** Null for a visitor, and for reads shared by several viewers. */
  readonly viewerId: number | null;
  /** Visibility of rows. */
  readonly sight: Sight;
  /** Given the page of a row that was read with it: PostgreSQL's JSON of its rows. */
  readonly take?: (nested: Nested, parent: number, rows: unknown) => void;
}

/** Independent of variables and directives: an upper bound of what is selected. Anything else is not read. */
export interface Wanted {
  /** Properties of each kind of row, besides `id`. */
  readonly properties: Readonly<Record<RowType, ReadonlySet<string>>>;
  /** Row types whose author is read in the same statement. */
  readonly authors: ReadonlySet<RowType>;
  /** Whether cursors of items are selected. */
  readonly cursors: boolean;
  /** Whether it matters if there is a page before or behind one. */
  readonly neighbours: boolean;
  /** Connections that are read with the rows of a page. */
  readonly nested: NestedPages;
}

/** Their owner, or a moderator, looks at them, now and then: there is nothing to be had by reading less. */
const ofFew = {
  Webhook: allColumns("Webhook"),
  WebhookDelivery: allColumns("WebhookDelivery"),
  WebhookAttempt: allColumns("WebhookAttempt"),
  ApiKey: allColumns("ApiKey"),
  UserSession: allColumns("UserSession"),
  Report: allColumns("Report"),
  AuditEntry: allColumns("AuditEntry"),
};

/** For reads without a document: all columns; authors are loaded when needed. */
export const everything: Wanted = {
  properties: { User: allColumns("User"), Post: allColumns("Post"), Comment: allColumns("Comment"), ...ofFew },
  authors: new Set(),
  cursors: true,
  neighbours: true,
  nested: new Map(),
};

const ofDocuments = new WeakMap<DocumentNode, Wanted>();

/** The same for all operations and fragments of the document. */
export function wantedBy(schema: GraphQLSchema, document: DocumentNode): Wanted {
  let wanted = ofDocuments.get(document);
  if (wanted === undefined) {
    wanted = lookThrough(schema, document);
    ofDocuments.set(document, wanted);
  }
  return wanted;
}

function lookThrough(schema: GraphQLSchema, document: DocumentNode): Wanted {
  const properties = { User: new Set<string>(), Post: new Set<string>(), Comment: new Set<string>() };
  const authors = new Set<SelectedType>();
  let cursors = false;
  let neighbours = false;
  const nested = new NestedFinder(schema);
  const typeInfo = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(typeInfo, {
      Field(node) {
        const field = node.name.value;
        const parent = typeInfo.getParentType()?.name ?? "";
        const definition = typeInfo.getFieldDef();
        if (definition) nested.note(parent, node, definition, getNamedType(definition.type));
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
  return { properties: { ...properties, ...ofFew }, authors, cursors, neighbours, nested: nested.pages() };
}

/** Types for which only the selected columns are read. */
type SelectedType = "User" | "Post" | "Comment";

function isSelectedType(name: string): name is SelectedType {
  return name === "User" || name === "Post" || name === "Comment";
}
