/** Objects for the matrix, created in the database with every column filled. */
import { type NodeType, toGlobalId } from "../../src/db/global-id.js";
import type { PrismaClient } from "../../src/generated/prisma/client.js";
import type { Account } from "./community.js";

export interface Thing {
  readonly number: number;
  /** Global id. */
  readonly id: string;
}

const at = { createdAt: new Date("2026-01-02T03:04:05Z"), updatedAt: new Date("2026-01-03T04:05:06Z") };
const later = new Date("2099-01-01T00:00:00Z");

async function numbered(type: NodeType, made: Promise<{ readonly id: bigint }>): Promise<Thing> {
  const number = Number((await made).id);
  return { number, id: toGlobalId(type, number) };
}

export function createThings(prisma: PrismaClient) {
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
      const trouble = {
        disabledReason: "FAILING",
        failingSince: at.createdAt,
        circuitOpenUntil: at.updatedAt,
      } as const;
      const data = { ownerId: id, ...texts, ...secrets, ...trouble, gapAt: at.createdAt, state, position: 0, ...at };
      return numbered("Webhook", prisma.webhook.create({ data }));
    },

    delivery: (webhook: Thing) => {
      const what = { webhookId: webhook.number, eventId: "event", type: "PostCreated", body: "{}" };
      const attempt = { status: 500, error: "refused", durationMs: 3, responseExcerpt: "no", createdAt: at.createdAt };
      const data = { ...what, dueAt: at.updatedAt, createdAt: at.createdAt, attempts: { create: attempt } };
      return numbered("WebhookDelivery", prisma.webhookDelivery.create({ data }));
    },

    apiKey: ({ id }: Account, revokedAt: Date | null = at.updatedAt) => {
      const what = { userId: id, name: "A key", scopes: ["READ"], prefix: "parley_abcdef", keyHash: `${id} ${made()}` };
      const times = { createdAt: at.createdAt, expiresAt: later, lastUsedAt: at.updatedAt, revokedAt };
      return numbered("ApiKey", prisma.apiKey.create({ data: { ...what, ...times } }));
    },

    report: (reporter: Account, subject: { type: "USER" | "POST" | "COMMENT"; number: number }, resolver?: Account) => {
      const what = { reporterId: reporter.id, subjectType: subject.type, subjectId: subject.number } as const;
      const texts = { reason: "SPAM", text: "Look at it", createdAt: at.createdAt } as const;
      const resolved = { state: "RESOLVED", resolution: "ACTED", note: "Seen", resolvedAt: at.updatedAt } as const;
      const data = { ...what, ...texts, ...(resolver && { ...resolved, resolvedById: resolver.id }) };
      return numbered("Report", prisma.report.create({ data }));
    },

    auditEntry: ({ id }: Account, post: Thing) => {
      const data = { action: "HIDE", actorId: id, subjectType: "POST", subjectId: post.number } as const;
      return prisma.auditEntry.create({ data: { ...data, reason: "Rude", createdAt: at.createdAt } });
    },

    hide: async (post: Thing, comments: readonly Thing[]) => {
      const data = { isHidden: true, hiddenReason: "Rude" };
      await prisma.post.update({ where: { id: post.number }, data });
      await prisma.comment.updateMany({ where: { id: { in: comments.map(({ number }) => number) } }, data });
    },

    suspend: ({ id }: Account) => prisma.user.update({ where: { id }, data: { suspendedUntil: later } }),
    block: ({ id }: Account, blocked: Account) =>
      prisma.block.create({ data: { blockerId: id, blockedId: blocked.id, createdAt: at.createdAt } }),
    follow: (follower: Account, followee: Account) =>
      prisma.follow.createMany({
        data: { followerId: follower.id, followeeId: followee.id },
        skipDuplicates: true,
      }),
    likePost: ({ id }: Account, post: Thing) => prisma.postLike.create({ data: { userId: id, postId: post.number } }),
    likeComment: ({ id }: Account, comment: Thing) =>
      prisma.commentLike.create({ data: { userId: id, commentId: comment.number } }),
    sessionOf: async ({ id }: Account): Promise<Thing> => {
      const { number } = await prisma.session.findFirstOrThrow({ where: { userId: id }, select: { number: true } });
      return { number: Number(number), id: toGlobalId("UserSession", Number(number)) };
    },
  };
}

let hashes = 0;
function made(): number {
  hashes += 1;
  return hashes;
}

export type Things = ReturnType<typeof createThings>;
