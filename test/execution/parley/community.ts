/** A small community with every column filled, in two identical databases. */
import type { Viewer } from "../../../src/auth/viewer.js";
import type { Role } from "../../../src/generated/graphql.js";
import { type Context, type ContextDependencies, createContext } from "../../../src/graphql/context.js";
import { openLog } from "../../../src/log.js";
import { dependenciesOn, unhurried } from "../../harness/context.js";
import { openTestDatabase, type TestDatabase } from "../../harness/database.js";

/** All that a context is made of, on a database of its own. Whoever opens it closes it. */
export interface Community extends ContextDependencies {
  readonly database: TestDatabase;
}

/** The same moment always: what is written at it is the same in every database. */
const now = () => new Date("2026-01-01T00:00:00.000Z");
const log = openLog("silent");

export async function openCommunity(): Promise<Community> {
  const database = await openTestDatabase();
  await fillCommunity(database);
  return { database, ...(await dependenciesOn(database, now)) };
}

export async function fillCommunity({ prisma }: Pick<TestDatabase, "prisma">): Promise<void> {
  for (const statement of statements) await prisma.$executeRawUnsafe(statement);
}

export function contextOf(community: ContextDependencies, viewer: Viewer | null): Context {
  return createContext(community, { viewer, address: "192.0.2.1", openLog: () => log, deadline: unhurried });
}

function viewerOf(id: number, role: Role): Viewer {
  return {
    id,
    role,
    sessionId: "00000000-0000-4000-8000-000000000000",
    tokenExpiresAt: now(),
    blockedIds: [],
    hasHidden: false,
  };
}

export const viewers = {
  visitor: null,
  /** Has made nothing, likes and follows. */
  reader: viewerOf(4, "USER"),
  /** Made most of what there is. */
  owner: viewerOf(1, "USER"),
  admin: viewerOf(2, "ADMIN"),
} satisfies Record<string, Viewer | null>;

export const idsOf = { User: [1, 2, 3, 4], Post: [1, 2, 3, 4, 5], Comment: [1, 2, 3, 4, 5, 6] } as const;

const at = (day: number) => `'2024-01-0${day} 10:00:00+00'`;

const statements = [
  `INSERT INTO users (handle, handle_skeleton, name, bio, avatar_url, email, role, created_at) VALUES
    ('ada', 'ada', 'Ada', 'Writes', 'https://example.org/ada.png', 'ada@example.org', 'USER', ${at(1)}),
    ('bea', 'bea', 'Bea', 'Runs it', NULL, 'bea@example.org', 'ADMIN', ${at(2)}),
    ('cyd', 'cyd', 'Cyd', 'Keeps order', NULL, NULL, 'MODERATOR', ${at(3)}),
    ('dan', 'dan', 'Dan', '', 'https://example.org/dan.png', 'dan@example.org', 'USER', ${at(4)})`,
  `INSERT INTO posts (author_id, title, content, created_at, updated_at) VALUES
    (1, 'First', 'With **emphasis**', ${at(1)}, ${at(5)}),
    (1, 'Second', 'A [link](https://example.org)', ${at(2)}, ${at(2)}),
    (NULL, 'Left behind', 'Its author is gone', ${at(3)}, ${at(3)})`,
  `INSERT INTO comments (post_id, author_id, parent_id, text, created_at, updated_at, deleted_at) VALUES
    (1, 2, NULL, 'A *comment*', ${at(2)}, ${at(6)}, NULL),
    (1, 1, 1, 'A reply', ${at(3)}, ${at(3)}, NULL),
    (2, NULL, NULL, '', ${at(3)}, ${at(4)}, ${at(4)}),
    (2, 1, 3, 'On a tombstone', ${at(5)}, ${at(5)}, NULL),
    (3, 3, NULL, 'On what is left', ${at(6)}, ${at(6)}, NULL)`,
  // What moderation has left: something hidden, a post of a deleted account, a suspension, a block, a report, an audit entry.
  `INSERT INTO posts (author_id, title, content, created_at, updated_at, is_hidden, hidden_reason) VALUES
    (3, 'Hidden', 'Not kind', ${at(1)}, ${at(1)}, true, 'Not kind'), (NULL, '', '', ${at(1)}, ${at(1)}, false, NULL)`,
  `INSERT INTO comments (post_id, author_id, text, created_at, updated_at, is_hidden, hidden_reason) VALUES
    (5, 3, 'Hidden', ${at(1)}, ${at(1)}, true, 'Not kind')`,
  `UPDATE users SET suspended_until = ${at(9)} WHERE id = 3`,
  `INSERT INTO blocks (blocker_id, blocked_id, created_at) VALUES (4, 3, ${at(2)})`,
  `INSERT INTO reports (reporter_id, subject_type, subject_id, reason, text, state, resolution, note, created_at,
      resolved_at, resolved_by_id) VALUES
    (4, 'POST', 4, 'HARASSMENT', 'Look', 'RESOLVED', 'ACTED', 'Hidden it', ${at(2)}, ${at(3)}, 2),
    (1, 'USER', 3, 'SPAM', '', 'OPEN', NULL, NULL, ${at(4)}, NULL, NULL)`,
  `INSERT INTO audit_log (action, actor_id, subject_type, subject_id, reason, created_at) VALUES
    ('HIDE', 2, 'POST', 4, 'Not kind', ${at(3)}), ('CHANGE_ROLE', NULL, 'USER', 3, 'USER to MODERATOR', ${at(4)})`,
  `INSERT INTO post_likes (post_id, user_id, created_at) VALUES
    (1, 4, ${at(4)}), (1, 2, ${at(5)}), (2, 1, ${at(5)}), (3, 4, ${at(6)})`,
  `INSERT INTO comment_likes (comment_id, user_id, created_at) VALUES
    (1, 4, ${at(4)}), (2, 2, ${at(5)}), (4, 1, ${at(6)})`,
  `INSERT INTO follows (followee_id, follower_id, created_at) VALUES
    (1, 4, ${at(4)}), (1, 2, ${at(5)}), (2, 1, ${at(5)}), (4, 1, ${at(6)})`,
  `UPDATE users AS u SET follower_count = (SELECT count(*) FROM follows WHERE followee_id = u.id),
    following_count = (SELECT count(*) FROM follows WHERE follower_id = u.id)`,
  `UPDATE posts AS p SET like_count = (SELECT count(*) FROM post_likes WHERE post_id = p.id),
    comment_count = (SELECT count(*) FROM comments WHERE post_id = p.id AND deleted_at IS NULL AND NOT is_hidden)`,
  `UPDATE comments AS c SET like_count = (SELECT count(*) FROM comment_likes WHERE comment_id = c.id),
    reply_count = (SELECT count(*) FROM comments WHERE parent_id = c.id AND deleted_at IS NULL)`,
];
