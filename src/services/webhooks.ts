/** Webhooks: create, edit, pause, rotate secrets. Only their owner can see that they exist. */

import { keyIsGood } from "../auth/key-is-good.js";
import type { SecretBox } from "../auth/secret-box.js";
import type { Viewer } from "../auth/viewer.js";
import type { WebhookBodyWithheldReason } from "../generated/graphql.js";
import { confirmViewer } from "./confirm-viewer.js";
import { InputCheck } from "./input.js";
import { type UserError, userError, type WebhookOutcome, type WebhookSecretOutcome } from "./outcome.js";
import type { Transact, Tx } from "./transaction.js";

/** The body of a delivery for display; `{}` if it is withheld. */
export interface ShownBody {
  readonly body: string;
  /** Why; null when it is shown. */
  readonly withheld: WebhookBodyWithheldReason | null;
}

/** Reads the bodies of deliveries of one viewer, in their order. */
export type BodyReader = (deliveryIds: readonly number[]) => Promise<ShownBody[]>;

/** What webhooks are made with; the rooms above know it. */
export interface WebhookDependencies {
  readonly box: SecretBox;
  readonly newSecret: () => string;
  /** What secrets are sealed for. */
  readonly secretPurpose: string;
  /** Why a URL is refused; undefined when it is not. */
  readonly urlProblem: (url: string) => string | undefined;
  /** Why a document is refused; undefined when it is a subscription that this viewer may have. */
  readonly subscriptionProblem: (document: string, viewer: Viewer) => string | undefined;
  /** Created per request: executes events again within the limits of a request. */
  readonly openBodyReader: (viewer: Viewer) => BodyReader;
  /** Called when there are new deliveries to send. */
  readonly onDue: () => void;
  /** Webhooks of one user. */
  readonly perUser: number;
  /** Events of the log that one replay may go back. */
  readonly maxReplayEvents: number;
}

interface WebhookChanges {
  readonly url?: string | null | undefined;
  readonly subscription?: string | null | undefined;
  readonly description?: string | null | undefined;
}

/** For how long the secret before a rotation signs as well. */
const previousSecretMs = 86_400_000;

export function createWebhookService(transact: Transact, now: () => Date, rules: WebhookDependencies) {
  const { box, newSecret, secretPurpose, subscriptionProblem, perUser, onDue } = rules;
  const sealed = () => box.seal(newSecret(), secretPurpose);

  /** Changes a webhook of the viewer. */
  async function change(viewer: Viewer, webhookId: number, data: object): Promise<WebhookOutcome> {
    return transact(async (tx) => {
      await confirmViewer(tx, viewer, now());
      const where = { id: webhookId, ownerId: viewer.id };
      const { count } = await tx.webhook.updateMany({ where, data: { ...data, updatedAt: now() } });
      return count === 0 ? { webhookId: null, userErrors: [noSuchWebhook()] } : { webhookId, userErrors: [] };
    });
  }

  /** A key takes over no webhook that is sent more than the key may select. */
  function keyProblem(viewer: Viewer, subscription: string): UserError | undefined {
    const problem = viewer.apiKey === undefined ? undefined : subscriptionProblem(subscription, viewer);
    if (problem === undefined) return undefined;
    const message = `This API key may not use the webhook's subscription: ${problem}`;
    return userError("INVALID", "webhookId", message);
  }

  return {
    async create(
      viewer: Viewer,
      input: WebhookChanges & { url: string; subscription: string },
    ): Promise<WebhookSecretOutcome> {
      const { data, userErrors } = checkInput(rules, viewer, input);
      if (userErrors.length > 0) return { webhookId: null, sealedSecret: null, userErrors };
      return transact(async (tx) => {
        // Those of one user queue there: two at once would both find room.
        await confirmViewer(tx, viewer, now());
        if ((await tx.webhook.count({ where: { ownerId: viewer.id } })) >= perUser) {
          const error = userError(
            "TOO_MANY",
            null,
            `You have reached the limit of ${perUser} webhooks (WEBHOOKS_PER_USER).`,
          );
          return { webhookId: null, sealedSecret: null, userErrors: [error] };
        }
        const head = await tx.eventHead.findUniqueOrThrow({ where: { id: 1 }, select: { position: true } });
        const times = { createdAt: now(), updatedAt: now() };
        const { url, subscription, description = "" } = data;
        const texts = { url: url ?? "", subscription: subscription ?? "", description };
        const apiKeyId = viewer.apiKey?.id ?? null;
        const made = { ...texts, ownerId: viewer.id, secret: sealed(), position: head.position, ...times, apiKeyId };
        const { id } = await tx.webhook.create({ data: made, select: { id: true } });
        return { webhookId: Number(id), sealedSecret: made.secret, userErrors: [] };
      });
    },

    async update(viewer: Viewer, input: WebhookChanges & { webhookId: number }): Promise<WebhookOutcome> {
      const { data, userErrors } = checkInput(rules, viewer, input);
      if (userErrors.length > 0) return { webhookId: null, userErrors };
      if (data.url === undefined && data.subscription === undefined) return change(viewer, input.webhookId, data);
      return transact(async (tx) => {
        const webhook = await findOwn(tx, viewer, input.webhookId);
        if (webhook === null) return { webhookId: null, userErrors: [noSuchWebhook()] };
        const refusal = keyProblem(viewer, data.subscription ?? webhook.subscription);
        if (refusal !== undefined) return { webhookId: null, userErrors: [refusal] };
        const { position } = await tx.eventHead.findUniqueOrThrow({ where: { id: 1 }, select: { position: true } });
        // The webhook then ends with the key: otherwise a webhook that a key redirected would outlive the key.
        const owned = viewer.apiKey === undefined ? {} : { apiKeyId: viewer.apiKey.id };
        // Another endpoint has not failed yet.
        const fresh = data.url === undefined ? {} : notFailing;
        const changed = { ...data, ...owned, ...fresh, changedAsOf: position, updatedAt: now() };
        await tx.webhook.update({ where: { id: input.webhookId }, data: changed, select: { id: true } });
        return { webhookId: input.webhookId, userErrors: [] };
      });
    },

    async delete(viewer: Viewer, { webhookId }: { webhookId: number }): Promise<WebhookOutcome> {
      return transact(async (tx) => {
        const { count } = await tx.webhook.deleteMany({ where: { id: webhookId, ownerId: viewer.id } });
        return count === 0 ? { webhookId: null, userErrors: [noSuchWebhook()] } : { webhookId, userErrors: [] };
      });
    },

    pause: (viewer: Viewer, { webhookId }: { webhookId: number }): Promise<WebhookOutcome> =>
      change(viewer, webhookId, { state: "PAUSED", disabledReason: null }),

    async resume(viewer: Viewer, { webhookId }: { webhookId: number }): Promise<WebhookOutcome> {
      const outcome = await transact(async (tx): Promise<WebhookOutcome> => {
        const webhook = await findOwn(tx, viewer, webhookId);
        if (webhook === null) return { webhookId: null, userErrors: [noSuchWebhook()] };
        if (!(await hasGoodKey(tx, webhookId, now()))) return { webhookId: null, userErrors: [keyHasEnded()] };
        const data = { state: "ACTIVE", disabledReason: null, ...notFailing, updatedAt: now() } as const;
        await tx.webhook.update({ where: { id: webhookId }, data, select: { id: true } });
        return { webhookId, userErrors: [] };
      });
      onDue();
      return outcome;
    },

    async rotateSecret(viewer: Viewer, { webhookId }: { webhookId: number }): Promise<WebhookSecretOutcome> {
      return transact(async (tx) => {
        await confirmViewer(tx, viewer, now());
        const webhook = await findOwn(tx, viewer, webhookId);
        if (webhook === null) return { webhookId: null, sealedSecret: null, userErrors: [noSuchWebhook()] };
        const previousSecretUntil = new Date(now().getTime() + previousSecretMs);
        const data = { secret: sealed(), previousSecret: webhook.secret, previousSecretUntil, updatedAt: now() };
        await tx.webhook.update({ where: { id: webhookId }, data, select: { id: true } });
        return { webhookId, sealedSecret: data.secret, userErrors: [] };
      });
    },

    /** The secret of an outcome, for the one answer that shows it. */
    openSecret: (sealedSecret: string): string => box.open(sealedSecret, secretPurpose),
  };
}

/** Locked for the rest of the transaction; null when it is not the viewer's. */
export async function findOwn(tx: Tx, viewer: Viewer, webhookId: number) {
  await tx.$executeRaw`SELECT FROM webhooks WHERE id = ${webhookId} FOR UPDATE`;
  return tx.webhook.findFirst({ where: { id: webhookId, ownerId: viewer.id } });
}

export function noSuchWebhook(): UserError {
  return userError("NOT_FOUND", "webhookId", "You have no webhook with this id.");
}

const notFailing = { failingSince: null, timeouts: 0, circuitOpenUntil: null };

/** Whether the API key that the webhook belongs to, if it belongs to one, still works. */
async function hasGoodKey(tx: Tx, webhookId: number, now: Date): Promise<boolean> {
  const text = `SELECT ${keyIsGood("w", "$2")} AS "isGood" FROM webhooks AS w WHERE w.id = $1`;
  const [row] = await tx.$queryRawUnsafe<{ isGood: boolean }[]>(text, webhookId, now.toISOString());
  return row?.isGood === true;
}

function keyHasEnded(): UserError {
  const message = "The API key this webhook belongs to was revoked or has expired. Create a new webhook.";
  return userError("INVALID", "webhookId", message);
}

function checkInput(
  { urlProblem, subscriptionProblem }: WebhookDependencies,
  viewer: Viewer,
  { url, subscription, description }: WebhookChanges,
) {
  const check = new InputCheck();
  const refuse = (field: "url" | "subscription", problem: string | undefined) => {
    if (problem !== undefined) check.refuse("INVALID", field, `${field} is refused: ${problem}`);
  };
  const data: { url?: string; subscription?: string; description?: string } = {};
  if (typeof url === "string") {
    data.url = check.line("url", url);
    if (check.userErrors.length === 0) refuse("url", urlProblem(data.url));
  }
  if (typeof subscription === "string") {
    const before = check.userErrors.length;
    data.subscription = check.text("subscription", subscription);
    if (check.userErrors.length === before) refuse("subscription", subscriptionProblem(data.subscription, viewer));
  }
  if (typeof description === "string") data.description = check.text("description", description);
  return { data, userErrors: check.userErrors };
}
