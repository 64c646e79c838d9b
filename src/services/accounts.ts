/** Accounts: sign-up, profile, password. */
import { hashPassword } from "../auth/passwords.js";
import type { Viewer } from "../auth/viewer.js";
import { appendEvent } from "../events/event-log.js";
import type { PrismaClient } from "../generated/prisma/client.js";
import { lockPassword, verifiedHash } from "./current-password.js";
import { handleSkeleton, isHandle } from "./handles.js";
import { InputCheck } from "./input.js";
import { type UserError, type UserOutcome, userError } from "./outcome.js";
import { endSessions } from "./session-rows.js";
import { notOpened, type SessionOutcome, type SessionService } from "./sessions.js";
import type { Transact, Tx } from "./transaction.js";

export interface AccountDependencies {
  readonly prisma: PrismaClient;
  readonly transact: Transact;
  readonly sessions: SessionService;
  readonly now: () => Date;
}

export interface SignUpInput {
  readonly handle: string;
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

/** Undefined fields stay as they are. */
export interface ProfileInput {
  readonly handle?: string | null | undefined;
  readonly name?: string | null | undefined;
  readonly bio?: string | null | undefined;
  readonly avatarUrl?: string | null | undefined;
}

export function createAccountService({ prisma, transact, sessions, now }: AccountDependencies) {
  return {
    async signUp(input: SignUpInput): Promise<SessionOutcome> {
      const check = new InputCheck();
      const handle = checkHandle(check, input.handle);
      const name = check.line("name", input.name);
      const email = check.email("email", input.email);
      check.length("password", input.password);
      if (check.userErrors.length > 0) return { session: null, userId: null, userErrors: check.userErrors };
      const passwordHash = await hashPassword(input.password);

      return sessions.open(async (tx, openFor) => {
        const userErrors = [...(await takenHandle(tx, handle, null)), ...(await takenEmail(tx, email))];
        if (userErrors.length > 0) return notOpened(userErrors);
        const handles = { handle, handleSkeleton: handleSkeleton(handle) };
        const data = { ...handles, name, email, passwordHash, createdAt: now(), updatedAt: now() };
        const userId = Number((await tx.user.create({ data, select: { id: true } })).id);
        await appendEvent(tx, { type: "UserCreated", userId }, now());
        return openFor({ userId, passwordHash });
      });
    },

    async updateProfile(viewer: Viewer, input: ProfileInput): Promise<UserOutcome> {
      const check = new InputCheck();
      const handle = given(input.handle) ? checkHandle(check, input.handle) : undefined;
      const changes = {
        ...(handle !== undefined && { handle, handleSkeleton: handleSkeleton(handle) }),
        ...(given(input.name) && { name: check.line("name", input.name) }),
        ...(given(input.bio) && { bio: check.text("bio", input.bio) }),
        ...(given(input.avatarUrl) && { avatarUrl: check.webAddress("avatarUrl", input.avatarUrl) }),
        ...(input.avatarUrl === null && { avatarUrl: null }),
      };
      if (check.userErrors.length > 0) return { userId: null, userErrors: check.userErrors };

      return transact(async (tx) => {
        const userErrors = handle === undefined ? [] : await takenHandle(tx, handle, viewer.id);
        if (userErrors.length > 0) return { userId: null, userErrors };
        await tx.user.update({ where: { id: viewer.id }, data: { ...changes, updatedAt: now() } });
        await appendEvent(tx, { type: "UserUpdated", userId: viewer.id }, now());
        return { userId: viewer.id, userErrors };
      });
    },

    /** Also ends every other session of the viewer. */
    async changePassword(
      viewer: Viewer,
      input: { currentPassword: string; newPassword: string },
    ): Promise<UserOutcome> {
      const check = new InputCheck();
      check.length("password", input.newPassword, "newPassword");
      if (check.userErrors.length > 0) return { userId: null, userErrors: check.userErrors };
      const verified = await verifiedHash(prisma, viewer.id, input.currentPassword);
      const passwordHash = await hashPassword(input.newPassword);

      return transact(async (tx) => {
        // In here, for to a retry with an `Idempotency-Key` the current password is no longer the current one.
        if (verified === undefined || (await lockPassword(tx, viewer.id)) !== verified) {
          const error = userError("WRONG_CREDENTIALS", "currentPassword", "The current password is wrong.");
          return { userId: null, userErrors: [error] };
        }
        await tx.user.update({ where: { id: viewer.id }, data: { passwordHash, updatedAt: now() } });
        const others = viewer.sessionId === null ? {} : { id: { not: viewer.sessionId } };
        await endSessions(tx, { userId: viewer.id, ...others }, now());
        return { userId: viewer.id, userErrors: [] };
      });
    },
  };
}

function checkHandle(check: InputCheck, value: string): string {
  const handle = value.trim().toLowerCase();
  if (!isHandle(handle)) {
    const form = "3–30 characters of a–z, 0–9 and _, without a leading, trailing or doubled _";
    check.refuse(handle === "" ? "BLANK" : "INVALID", "handle", `handle must be ${form}`);
  }
  return handle;
}

async function takenHandle(tx: Tx, handle: string, ownerId: number | null): Promise<UserError[]> {
  const where = { OR: [{ handle }, { handleSkeleton: handleSkeleton(handle) }] };
  const holders = await tx.user.findMany({ where, select: { id: true, handle: true } });
  const other = holders.find((holder) => Number(holder.id) !== ownerId);
  if (other === undefined) return [];
  const isSame = other.handle === handle;
  return [
    userError(
      "TAKEN",
      "handle",
      isSame ? `handle ${handle} is taken` : `handle ${handle} is too similar to one that is taken`,
    ),
  ];
}

async function takenEmail(tx: Tx, email: string): Promise<UserError[]> {
  const holder = await tx.user.findUnique({ where: { email }, select: { id: true } });
  return holder === null ? [] : [userError("TAKEN", "email", "email is already in use")];
}

function given<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined;
}
