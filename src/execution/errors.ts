/** Collects field errors; drops those below a position that is already null (GraphQL specification, section 6.4.4). */
import type { GraphQLError } from "graphql";
import type { Path } from "./execution-context.js";

export class Errors {
  /** In the order in which they happened. */
  readonly list: GraphQLError[] = [];
  /** Where null stands because of them; undefined is the whole answer. */
  readonly #places = new Set<Path | undefined>();

  /** `place` is the position that is now null. Later errors from below it, or after the response, are ignored. */
  add(error: GraphQLError, place: Path | undefined): void {
    if (this.#places.has(undefined)) return;
    for (let at = place; at !== undefined; at = at.prev) {
      if (this.#places.has(at)) return;
    }
    this.#places.add(place);
    this.list.push(error);
  }
}
