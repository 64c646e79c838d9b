/** GraphQL context of a subscription execution: for one viewer, or shared by all, without a viewer. */
import type { Viewer } from "../auth/viewer.js";
import type { Context } from "../graphql/context.js";
import type { Loaders } from "../loaders/loaders.js";
import type { Log } from "../log.js";

export type Audience = { readonly viewer: Viewer | null } | "anyone";

/** In a shared execution, access to the viewer throws: the field lacks `@viewerDependent`. */
export function liveContext(audience: Audience, loaders: Loaders, log: Log): Context {
  return {
    get viewer(): Viewer | null {
      if (audience !== "anyone") return audience.viewer;
      throw new Error("a field whose value depends on the viewer must have the directive @viewerDependent");
    },
    address: "",
    get services(): never {
      throw new Error("a subscription must not write");
    },
    get eventCursor(): never {
      throw new Error("a subscription cannot read eventCursor: each event has its cursor");
    },
    log,
    loaders,
    // An event that showed delivery bodies would show its own, recursively.
    deliveryBody: async () => ({ body: "{}", withheld: "LIMITED" }),
    beginOperation: () => undefined,
    beginMutationField: () => undefined,
  };
}
