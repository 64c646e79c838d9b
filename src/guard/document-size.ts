/** How large a document may be, whichever way it comes. */

/** Tokens of one document: validation follows fragments recursively, and a chain of thousands would exhaust the stack. */
export const mostTokens = 10_000;
