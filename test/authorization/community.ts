/** Somebody in each role on one server, and what the owner owns: every column filled, so that nothing is null by chance. */
import { hashPassword } from "../../src/auth/passwords.js";
import { toGlobalId } from "../../src/db/global-id.js";
import type { Role as AccountRole, PrismaClient } from "../../src/generated/prisma/client.js";
import { createServices } from "../../src/services/services.js";
import { dependenciesOn, unhurried } from "../harness/context.js";
import { wideLimits } from "../harness/limits.js";
import { startTestServer, type TestServer } from "../harness/server.js";
import type { Role } from "./roles.js";

/** An account. Visitors have none. */
export interface Account {
  readonly id: number;
  readonly globalId: string;
  readonly handle: string;
  readonly email: string;
}

export interface Actor {
  readonly role: Role;
  /** What is sent to prove it; undefined for a visitor. */
  readonly token: string | undefined;
  readonly account: Account;
}

export interface Community {
  readonly server: TestServer;
  /** Makes an account, with the password that all have. */
  account(role?: AccountRole): Promise<Account>;
  /** Opens a session of an account. */
  session(account: Account): Promise<{ readonly accessToken: string; readonly refreshToken: string }>;
  /** Somebody in a role; for the owner's, that very account. */
  actor(role: Role, owner: Account): Promise<Actor>;
}

export const password = "the password of them all";
const passwordHash = await hashPassword(password);

const accountRoles: Readonly<Partial<Record<Role, AccountRole>>> = { moderator: "MODERATOR", admin: "ADMIN" };

/** Whoever opens it closes its server. Nothing is delivered by webhooks, whose rows stay as they are made. */
export async function openCommunity(): Promise<Community> {
  const webhookSources = [{ name: "billing", kind: "github", secret: hookSecret } as const];
  const server = await startTestServer({ config: { worker: "off", limits: wideLimits, webhookSources } });
  const { prisma } = server.database;
  const now = () => new Date();
  const { sessions } = createServices(await dependenciesOn(server.database, now), unhurried, undefined, null);
  let made = 0;

  async function account(role: AccountRole = "USER"): Promise<Account> {
    made += 1;
    const handle = `account_${made}`;
    const texts = { name: `Account ${made}`, bio: "Somebody", avatarUrl: "https://example.org/face.png" };
    const email = `${handle}@example.org`;
    const data = { handle, handleSkeleton: handle, ...texts, email, passwordHash, role };
    const id = Number((await prisma.user.create({ data, select: { id: true } })).id);
    return { id, globalId: toGlobalId("User", id), handle, email };
  }

  async function session({ id }: Account) {
    const opened = await sessions.open(id);
    if (opened.session === null) throw new Error(`no session for account ${id}`);
    return opened.session;
  }

  return {
    server,
    account,
    session,
    async actor(role, owner) {
      const own = role === "owner" ? owner : await account(accountRoles[role]);
      return { role, account: own, token: role === "anonymous" ? undefined : (await session(own)).accessToken };
    },
  };
}

/** Of the hooks that are sent to the server. */
export const hookSecret = "shared with who sends hooks";

/** Makes what can be owned, straight in the database. Each returns its global id. */
export function createThings(prisma: PrismaClient) {
  const at = { createdAt: new Date("2026-01-02T03:04:05Z"), updatedAt: new Date("2026-01-03T04:05:06Z") };
  const numbered = async (type: "Post" | "Comment" | "Webhook" | "WebhookDelivery", made: Promise<{ id: bigint }>) => {
    const id = Number((await made).id);
    return { number: id, id: toGlobalId(type, id) };
  };
  return {
    post: ({ id }: Account) =>
      numbered("Post", prisma.post.create({ data: { authorId: id, title: "A title", content: "Written", ...at } })),

    comment: async ({ id }: Account, { post, parent }: { post: number; parent?: number }) => {
      const place = { postId: post, parentId: parent ?? null };
      const made = numbered(
        "Comment",
        prisma.comment.create({ data: { ...place, authorId: id, text: "Said", ...at } }),
      );
      await prisma.post.update({ where: { id: post }, data: { commentCount: { increment: 1 } } });
      if (parent !== undefined) {
        await prisma.comment.update({ where: { id: parent }, data: { replyCount: { increment: 1 } } });
      }
      return made;
    },

    webhook: ({ id }: Account, state: "ACTIVE" | "DISABLED" = "ACTIVE") => {
      const texts = { url: "https://example.org/hook", description: "A hook", subscription: "subscription { x }" };
      const secrets = { secret: "sealed", previousSecret: "sealed", previousSecretUntil: at.updatedAt };
      const trouble = { disabledReason: "FAILING", failingSince: at.createdAt, sparedUntil: at.updatedAt } as const;
      const data = { ownerId: id, ...texts, ...secrets, ...trouble, gapAt: at.createdAt, state, position: 0, ...at };
      return numbered("Webhook", prisma.webhook.create({ data }));
    },

    delivery: async (webhook: { number: number }) => {
      const what = { webhookId: webhook.number, eventId: "event", type: "PostCreated", body: "{}" };
      const attempt = { status: 500, error: "refused", durationMs: 3, responseExcerpt: "no", createdAt: at.createdAt };
      const data = { ...what, dueAt: at.updatedAt, createdAt: at.createdAt, attempts: { create: attempt } };
      return numbered("WebhookDelivery", prisma.webhookDelivery.create({ data }));
    },

    follow: (follower: Account, followee: Account) =>
      prisma.follow.create({ data: { followerId: follower.id, followeeId: followee.id } }),
    likePost: ({ id }: Account, postId: number) => prisma.postLike.create({ data: { userId: id, postId } }),
    likeComment: ({ id }: Account, commentId: number) => prisma.commentLike.create({ data: { userId: id, commentId } }),
  };
}

export type Things = ReturnType<typeof createThings>;
export type Thing = Awaited<ReturnType<Things["post"]>>;
