/** Body of an attempt: the stored body while it is up to date, otherwise the event is executed again. */
import { isUnavailable } from "../db/retry-while-unavailable.js";
import { reasonOf } from "../errors.js";
import type { Log } from "../log.js";
import type { MakeOptions } from "./build-payload.js";
import type { StoredDelivery } from "./delivery-queue.js";
import type { Isolation } from "./isolation.js";
import { countTry, forgetTries, type Remade, remake, replaceBody } from "./rebuild-payload.js";

export interface ContentOptions extends MakeOptions {
  readonly log: Log;
  /** Runs events alone that have killed a process before. */
  readonly isolation: Isolation;
}

export type Content =
  | { readonly body: string }
  /** Never to be sent. */
  | { readonly refusal: string }
  /** Not sent now; counts as a failed attempt. */
  | { readonly failure: string };

const maxTries = 3;

/** Throws in an outage. */
export async function contentToSend(options: ContentOptions, delivery: StoredDelivery): Promise<Content> {
  const { isFresh, position, body, executionTries } = delivery;
  if (isFresh || position === null) return { body };
  if (executionTries >= maxTries) {
    const refusal = `the server stopped ${executionTries} times in a row while it executed the event: it was not sent`;
    return { refusal };
  }
  return options.isolation.run(executionTries > 0, () => executeAgain(options, delivery));
}

async function executeAgain(options: ContentOptions, delivery: StoredDelivery): Promise<Content> {
  const { query, log } = options;
  const { id, webhookId } = delivery;
  await countTry(query, id);
  let remade: Remade;
  try {
    remade = await remake(options, webhookId, delivery);
  } catch (error) {
    await forgetTries(query, id);
    if (isUnavailable(error)) throw error;
    log.warn(
      { component: "webhooks", webhookId, deliveryId: id, reason: reasonOf(error) },
      "cannot execute event for a delivery",
    );
    return { failure: "the event could not be executed: it was not sent" };
  }
  await replaceBody(query, id, remade);
  return remade.refusal === null ? { body: remade.body } : { refusal: remade.refusal };
}
