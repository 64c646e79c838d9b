/**
 * Cache policy of an operation from `@cacheControl` hints, as Apollo Server computes it
 * (https://www.apollographql.com/docs/apollo-server/performance/caching). Apollo's plugin inspects every resolved
 * value, which takes half the time of a request; this inspects the document once, so fields that turn out null or are
 * skipped count as well.
 */
import {
  type DocumentNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getDirectiveValues,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from "graphql";

export interface CachePolicy {
  /** 0: it may not be kept. */
  readonly maxAgeSeconds: number;
  /** Whether only the client that asked may keep it. */
  readonly isPrivate: boolean;
}

export type CachePolicyOf = (document: DocumentNode) => CachePolicy;

/** A cache hint. Undefined `maxAgeSeconds` is inherited from the parent. */
interface Hint {
  readonly maxAgeSeconds: number | undefined;
  readonly isPrivate: boolean;
}

type Field = GraphQLField<unknown, unknown>;
type Directed = Parameters<typeof getDirectiveValues>[1] | null | undefined;

/** The policy of all operations of a document together, computed once per document. */
export function createCachePolicies(schema: GraphQLSchema): CachePolicyOf {
  const known = new WeakMap<DocumentNode, CachePolicy>();
  const directive = schema.getDirective("cacheControl");
  const dependent = schema.getDirective("viewerDependent");

  function given(node: Directed) {
    return directive && node ? getDirectiveValues(directive, node) : undefined;
  }

  function hintOf(parent: GraphQLObjectType, { astNode, type }: Field): Hint {
    const named = getNamedType(type);
    const ofType = isCompositeType(named) ? given(named.astNode) : undefined;
    const ofField = given(astNode);
    const inherits = [ofType, ofField].some((hint) => hint?.inheritMaxAge === true);
    const isPlain = !isCompositeType(named) && parent !== schema.getQueryType();
    const isPrivate = (ofField?.scope ?? ofType?.scope) === "PRIVATE" || isDependent(astNode);
    const maxAgeSeconds =
      secondsIn(ofField) ?? secondsIn(ofType) ?? (isPlain || isInherited(parent, inherits) ? undefined : 0);
    return { maxAgeSeconds, isPrivate };
  }

  function isInherited(parent: GraphQLObjectType, inherits: boolean): boolean {
    return inherits && parent !== schema.getQueryType();
  }

  function isDependent(node: Directed): boolean {
    return dependent != null && node != null && getDirectiveValues(dependent, node) !== undefined;
  }

  function policyOf(document: DocumentNode): CachePolicy {
    const hints: Hint[] = [];
    const info = new TypeInfo(schema);
    const enter = () => {
      const name = info.getFieldDef()?.name ?? "";
      for (const parent of objectsOf(schema, info.getParentType())) {
        // Introspection fields and `__typename` do not matter.
        const field = parent.getFields()[name];
        if (field !== undefined) hints.push(hintOf(parent, field));
      }
    };
    visit(document, visitWithTypeInfo(info, { Field: { enter } }));
    const ages = hints.flatMap(({ maxAgeSeconds }) => maxAgeSeconds ?? []);
    return {
      maxAgeSeconds: ages.length === 0 ? 0 : Math.min(...ages),
      isPrivate: hints.some((hint) => hint.isPrivate),
    };
  }

  return (document) => {
    const policy = known.get(document) ?? policyOf(document);
    known.set(document, policy);
    return policy;
  };
}

function objectsOf(schema: GraphQLSchema, type: GraphQLNamedType | null | undefined): readonly GraphQLObjectType[] {
  if (isAbstractType(type)) return schema.getPossibleTypes(type);
  return isObjectType(type) ? [type] : [];
}

function secondsIn(hint: Record<string, unknown> | undefined): number | undefined {
  return typeof hint?.maxAge === "number" && hint.inheritMaxAge !== true ? hint.maxAge : undefined;
}
