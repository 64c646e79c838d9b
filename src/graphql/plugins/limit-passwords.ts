/** Applies the password rate limits to every mutation field with `@checksPassword`. */
import type { GraphQLSchema } from "graphql";
import { ParleyError, refuseRequest } from "../../errors.js";
import type { RateLimiter } from "../../rate-limit/rate-limit.js";
import type { Context } from "../context.js";
import { passwordFields } from "../documents/document-bounds.js";
import type { MutationWrapper } from "./wrap-mutation-fields.js";

export function limitPasswords(schema: GraphQLSchema, limiter: RateLimiter): MutationWrapper {
  const limited = new Set(passwordFields(schema));
  return (resolve, fieldName) => {
    if (!limited.has(fieldName)) return resolve;
    return async (source, args, context, info) => {
      try {
        await limiter.checkPassword(context, accountOf(context, args.input));
      } catch (error) {
        throw error instanceof ParleyError ? refuseRequest(error) : error;
      }
      return resolve(source, args, context, info);
    };
  };
}

/** The account of the password: the viewer's, or that of the e-mail address; undefined for a new account. */
function accountOf({ viewer }: Context, input: unknown): string | undefined {
  if (typeof input !== "object" || input === null) return undefined;
  if ("handle" in input) return undefined;
  if ("email" in input && typeof input.email === "string") return input.email.trim().toLowerCase();
  return viewer === null ? undefined : `user ${viewer.id}`;
}
