/** Counts the selections of one operation, fragments expanded at each spread. For documents known to be small. */
import {
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from "graphql";

export interface RootField {
  readonly name: string;
  /** Its response name (alias or name). */
  readonly key: string;
}

/** A place in the answer, and how many fields are selected there. */
interface Place {
  count: number;
  readonly inside: Map<string, Place>;
}

export class SelectionCount {
  aliases = 0;
  directives = 0;
  /** Fields at the place of the answer that has most. */
  repeats = 0;
  readonly rootFields: RootField[] = [];
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** Fragments that are being walked through: a cycle is validation's to refuse. */
  readonly #open = new Set<string>();

  constructor(operation: OperationDefinitionNode, fragments: ReadonlyMap<string, FragmentDefinitionNode>) {
    this.#fragments = fragments;
    this.#countDirectives(operation);
    for (const definition of operation.variableDefinitions ?? []) this.#countDirectives(definition);
    this.#walk(operation.selectionSet, { count: 1, inside: new Map() }, true);
  }

  #walk({ selections }: SelectionSetNode, place: Place, isRoot: boolean): void {
    for (const selection of selections) {
      this.#countDirectives(selection);
      if (selection.kind === Kind.FIELD) this.#countField(selection, place, isRoot);
      else if (selection.kind === Kind.INLINE_FRAGMENT) this.#walk(selection.selectionSet, place, isRoot);
      else this.#walkFragment(selection.name.value, place, isRoot);
    }
  }

  #walkFragment(name: string, place: Place, isRoot: boolean): void {
    const fragment = this.#fragments.get(name);
    if (fragment === undefined || this.#open.has(name)) return;
    this.#countDirectives(fragment);
    this.#open.add(name);
    this.#walk(fragment.selectionSet, place, isRoot);
    this.#open.delete(name);
  }

  #countField(field: Extract<SelectionNode, { kind: Kind.FIELD }>, place: Place, isRoot: boolean): void {
    const name = field.name.value;
    const key = field.alias?.value ?? name;
    if (field.alias !== undefined) this.aliases += 1;
    if (isRoot) this.rootFields.push({ name, key });
    const here = place.inside.get(key) ?? { count: 0, inside: new Map<string, Place>() };
    place.inside.set(key, here);
    here.count += 1;
    this.repeats = Math.max(this.repeats, here.count);
    if (field.selectionSet !== undefined) this.#walk(field.selectionSet, here, false);
  }

  #countDirectives({ directives }: { readonly directives?: readonly unknown[] | undefined }): void {
    this.directives += directives?.length ?? 0;
  }
}
