/** Bounds documents in Apollo Server's pipeline. A document that was seen before is not parsed again, nor looked at here. */
import type { ApolloServerPlugin } from "@apollo/server";
import type { Context } from "../context.js";
import { ParleyError, refuseRequest } from "../errors.js";
import type { DocumentGuard } from "./document-bounds.js";

/** What is thrown in these hooks reaches `unexpectedErrorProcessingRequest` (masked-errors.ts), which lets refusals pass. */
export function refuseLargeDocuments(guard: DocumentGuard): ApolloServerPlugin<Context> {
  const listener = {
    async parsingDidStart({ source }: { source: string }) {
      refusing(() => guard.checkSource(source));
    },
    async validationDidStart({ document }: { document: Parameters<DocumentGuard["checkDocument"]>[0] }) {
      refusing(() => guard.checkDocument(document));
    },
  };
  return { requestDidStart: async () => listener };
}

function refusing(check: () => void): void {
  try {
    check();
  } catch (error) {
    throw error instanceof ParleyError ? refuseRequest(error) : error;
  }
}
