/** Look-ahead: which columns, authors and pages a document selects. Computed once per document. */
import { type DocumentNode, type GraphQLSchema, getNamedType, TypeInfo, visit, visitWithTypeInfo } from "graphql";
import { selectiveEntities } from "./entities/entities.js";
import { type AnyEntity, needsOf } from "./entity.js";
import { InlinedConnectionFinder, type InlinedConnections } from "./inlined-connections.js";

/** Independent of variables and directives: an upper bound of what is selected. Anything else is not read. */
export interface SelectedFields {
  /** Properties of the rows of an entity, besides `id`. An entity that is not here has all its columns read. */
  readonly properties: ReadonlyMap<AnyEntity, ReadonlySet<string>>;
  /** Entities whose author is read in the same statement. */
  readonly authors: ReadonlySet<AnyEntity>;
  /** Whether cursors of items are selected. */
  readonly cursors: boolean;
  /** Whether it matters if there is a page before or behind one. */
  readonly neighbours: boolean;
  /** Connections that are read with the rows of a page. */
  readonly inlined: InlinedConnections;
}

/** For reads without a document: all columns; authors are loaded when needed. */
export const allFields: SelectedFields = {
  properties: new Map(),
  authors: new Set(),
  cursors: true,
  neighbours: true,
  inlined: new Map(),
};

export function propertiesOf({ properties }: SelectedFields, entity: AnyEntity): ReadonlySet<string> {
  return properties.get(entity) ?? entity.allColumns;
}

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
  const properties = new Map([...selectiveEntities.values()].map((entity) => [entity, new Set<string>()]));
  const authors = new Set<AnyEntity>();
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
        const entity = selectiveEntities.get(parent);
        if (entity !== undefined) {
          for (const property of needsOf(entity, field)) properties.get(entity)?.add(property);
          if (field === "author") authors.add(entity);
        }
        if (parent === "PageInfo") {
          if (field.endsWith("Cursor")) cursors = true;
          else neighbours = true;
        }
        if (parent.endsWith("Edge") && field === "cursor") cursors = true;
      },
    }),
  );
  return { properties, authors, cursors, neighbours, inlined: inlined.pages() };
}
