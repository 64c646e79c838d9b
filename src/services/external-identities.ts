/** Creates a user for the first token of an external identity, unless its account was deleted. */
import type { ExternalIdentity } from "../auth/external-identities.js";
import type { SecretBox } from "../auth/secret-box.js";
import { withDeadline } from "../deadline.js";
import { ParleyError } from "../errors.js";
import { appendEvent } from "../events/event-log.js";
import { handleCandidates, handleFromName, handleSkeleton, withSuffix } from "./handles.js";
import { InputCheck, lengths } from "./input.js";
import { createTransact, type TransactDependencies, type Tx } from "./transaction.js";

export interface AdoptDependencies extends TransactDependencies {
  readonly deadlineMs: number;
  /** From 0 to 1. */
  readonly random: () => number;
  /** Hashes identities, so that deleted ones are known again. */
  readonly box: SecretBox;
}

/**
 * Makes a user of an identity, once: nothing happens for one that is known. Throws UNAUTHENTICATED for one whose account
 * was deleted.
 */
export function createUserProvisioner(dependencies: AdoptDependencies): (identity: ExternalIdentity) => Promise<void> {
  const { now, random, deadlineMs, box } = dependencies;
  // Shared by all requests for the same identity, so it must not depend on the deadline of one of them.
  const stays = () => () => undefined;
  return (identity) =>
    withDeadline(deadlineMs, stays, async (deadline) => {
      const transact = createTransact(dependencies, deadline, undefined, null);
      await transact(async (tx) => {
        const known = await findUser(tx, identity);
        if (known === undefined) await refuseDeleted(tx, identityHash(box, identity));
        return { userId: known ?? (await makeUser(tx, identity, now(), random)), userErrors: [] };
      });
    });
}

/** Issuer and subject may be easy to guess: an unkeyed hash would still identify the user. */
export function identityHash(
  box: SecretBox,
  { issuer, subject }: Pick<ExternalIdentity, "issuer" | "subject">,
): string {
  return box.keyedHash(JSON.stringify([issuer, subject]), "deleted identity");
}

async function refuseDeleted(tx: Tx, hash: string): Promise<void> {
  if ((await tx.deletedIdentity.count({ where: { identityHash: hash } })) === 0) return;
  const message = "The account of this identity has been permanently deleted. Its tokens are no longer accepted.";
  throw new ParleyError("UNAUTHENTICATED", message);
}

async function findUser(tx: Tx, { issuer, subject }: ExternalIdentity): Promise<number | undefined> {
  // Two first requests at once would otherwise both make one.
  const name = JSON.stringify([issuer, subject]);
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${name}, 0))`;
  const where = { issuer_subject: { issuer, subject } };
  const found = await tx.externalIdentity.findUnique({ where, select: { userId: true } });
  return found === null ? undefined : Number(found.userId);
}

async function makeUser(tx: Tx, identity: ExternalIdentity, now: Date, random: () => number): Promise<number> {
  const { issuer, subject } = identity;
  const handle = await freeHandle(tx, handleFromName(identity.username ?? identity.name ?? ""), random);
  const name = nameOf(identity.name) ?? nameOf(identity.username) ?? handle;
  const data = {
    ...{ handle, handleSkeleton: handleSkeleton(handle), name, email: await freeEmail(tx, identity.email) },
    ...{ createdAt: now, updatedAt: now },
    externalIdentities: { create: { issuer, subject, createdAt: now } },
  };
  const userId = Number((await tx.user.create({ data, select: { id: true } })).id);
  await appendEvent(tx, { type: "UserCreated", userId }, now);
  return userId;
}

/**
 * The first of some that is free; where all are taken, one with a number drawn by lot: a race that is lost is run
 * again.
 */
async function freeHandle(tx: Tx, plain: string, random: () => number): Promise<string> {
  const candidates = handleCandidates(plain);
  const skeletons = candidates.map(handleSkeleton);
  const where = { OR: [{ handle: { in: candidates } }, { handleSkeleton: { in: skeletons } }] };
  const holders = await tx.user.findMany({ where, select: { handle: true, handleSkeleton: true } });
  const taken = new Set(holders.flatMap((holder) => [holder.handle, holder.handleSkeleton]));
  const free = candidates.find((handle) => !taken.has(handle) && !taken.has(handleSkeleton(handle)));
  return free ?? withSuffix(plain, Math.floor(random() * 1e9));
}

/** One line, as names are; undefined when nothing is left of it. */
function nameOf(claim: string | undefined): string | undefined {
  const line = claim?.replace(/[\s\p{Cc}\p{Cs}\u2028\u2029]+/gu, " ");
  const text = [...(line ?? "").trim()].slice(0, lengths.name.most).join("");
  const check = new InputCheck();
  const name = check.line("name", text);
  return check.userErrors.length === 0 ? name : undefined;
}

/** An e-mail address in use stays with its account: the claim of an issuer does not prove ownership. */
async function freeEmail(tx: Tx, claim: string | undefined): Promise<string | null> {
  if (claim === undefined) return null;
  const check = new InputCheck();
  const email = check.email("email", claim);
  if (check.userErrors.length > 0) return null;
  const holder = await tx.user.findUnique({ where: { email }, select: { id: true } });
  return holder === null ? email : null;
}
