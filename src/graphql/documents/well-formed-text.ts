/**
 * Rejects strings that PostgreSQL cannot store or UTF-8 cannot encode: NUL and lone surrogates, in literals and
 * variables.
 */
import { GraphQLError, type ValidationRule } from "graphql";
import type { RequestHooks } from "../plugins/compose-plugins.js";

/** For literals. graphql-js refuses lone surrogates in a document itself, but takes `\u0000`. */
export const NoNulRule: ValidationRule = (context) => ({
  StringValue(node) {
    if (!isWellFormed(node.value))
      context.reportError(new GraphQLError("A string must not contain NUL.", { nodes: node }));
  },
});

/** For variables. */
export const wellFormedVariables: RequestHooks = {
  didResolveOperation({ request }) {
    const error = illFormedVariable(request.variables);
    if (error !== undefined) throw error;
  },
};

/** The error about the first variable that holds such text, if one does. */
export function illFormedVariable(variables: Readonly<Record<string, unknown>> | undefined): GraphQLError | undefined {
  const name = Object.entries(variables ?? {}).find(([, value]) => !isWellFormedDeep(value))?.[0];
  if (name === undefined) return undefined;
  return new GraphQLError(`Variable "$${name}" must not contain NUL or an unpaired surrogate.`, {
    extensions: { code: "BAD_USER_INPUT", http: { status: 400 } },
  });
}

/** Goes through the value without recursion, which a deeply nested value would exhaust. */
function isWellFormedDeep(value: unknown): boolean {
  const open = [value];
  while (open.length > 0) {
    const each = open.pop();
    if (typeof each === "string" && !isWellFormed(each)) return false;
    if (typeof each !== "object" || each === null) continue;
    for (const [key, part] of Object.entries(each)) open.push(key, part);
  }
  return true;
}

function isWellFormed(text: string): boolean {
  return !text.includes("\0") && !/\p{Surrogate}/u.test(text);
}
