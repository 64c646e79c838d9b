/** Checks document limits in Apollo Server's pipeline, before validation. Documents in the document store are skipped. */
import { ParleyError, refuseRequest } from "../../errors.js";
import type { DocumentGuard } from "../documents/document-bounds.js";

/** Errors of these hooks reach `unexpectedErrorProcessingRequest` (masked-errors.ts), which does not mask refusals. */
export function documentHooks(guard: DocumentGuard) {
  return {
    parsingDidStart({ source }: { source: string }) {
      refusing(() => guard.checkSource(source));
    },
    validationDidStart({ document }: { document: Parameters<DocumentGuard["checkDocument"]>[0] }) {
      refusing(() => guard.checkDocument(document));
    },
  };
}

function refusing(check: () => void): void {
  try {
    check();
  } catch (error) {
    throw error instanceof ParleyError ? refuseRequest(error) : error;
  }
}
