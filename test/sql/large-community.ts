/** A community far larger than a page, for query plans on large tables. */
import type { Database } from "../../src/db/database.js";

/** How many rows each table has. A tenth of each goes to the busy ones: user 1, post 1 and comment 1. */
export interface Size {
  readonly users: number;
  readonly posts: number;
  readonly comments: number;
  /** Of `post_likes`, `comment_likes` and `follows`, each; a pair drawn twice counts once. */
  readonly links: number;
}

const sizes: Record<Database["kind"], Size> = {
  postgres: { users: 20_000, posts: 50_000, comments: 200_000, links: 200_000 },
  embedded: { users: 10_000, posts: 34_000, comments: 70_000, links: 40_000 },
};

/** Seconds, on a machine that has nothing else to do. */
export const fillTimeoutMs = 300_000;

/** Fills an empty database. Foreign keys hold by construction and are not checked row by row; counters are made up. */
export async function fillLarge({ kind, prisma }: Pick<Database, "kind" | "prisma">): Promise<Size> {
  const size = sizes[kind];
  await prisma.$transaction(
    async (tx) => {
      await tx.$executeRawUnsafe("SET LOCAL session_replication_role = replica");
      await tx.$executeRawUnsafe("SELECT setseed(0.5)");
      for (const statement of statementsFor(size)) await tx.$executeRawUnsafe(statement);
    },
    { timeout: fillTimeoutMs },
  );
  await prisma.$executeRawUnsafe("ANALYZE");
  return size;
}

function statementsFor({ users, posts, comments, links }: Size): string[] {
  /** For row `i` of `count`: 1 for the first tenth, else one of the ids up to `most`, each about as often. */
  const someOf = (most: number, count: number) =>
    `CASE WHEN i <= ${count / 10} THEN 1 ELSE 2 + i::int8 * 7919 % ${most - 1} END`;
  const at = (count: number) => `timestamptz '2020-01-01' + (i / 3) * interval '3 years' / ${count}`;
  const counter = "floor(60 * random() ^ 4)::int4";
  // Of 20,000 words, some common and most rare, as in a language.
  const someWords = Array.from({ length: 8 }, () => "' word' || floor(20000 * random() ^ 3)").join(" || ");
  const series = (count: number) => `FROM generate_series(1, ${count}) AS i`;
  return [
    `INSERT INTO users (id, handle, handle_skeleton, name, follower_count, created_at)
      SELECT i, 'user_' || i, 'user_' || i, 'User ' || i, ${counter}, ${at(users)} ${series(users)}`,
    `INSERT INTO posts (id, author_id, like_count, comment_count, title, content, created_at)
      SELECT i, ${someOf(users, posts)}, ${counter}, ${counter}, 'Post ' || i,
        'Everybody writes about gardens' || ${someWords} || CASE WHEN i % 100 = 0 THEN ', some about beetles' ELSE '' END
        || CASE WHEN i % 5000 = 0 THEN ' and one about quokkas' ELSE '' END, ${at(posts)} ${series(posts)}`,
    // The busy comment is on the busy post; its replies are too. The others are on any post but that one.
    `INSERT INTO comments (id, like_count, post_id, author_id, parent_id, text, created_at)
      SELECT i, ${counter}, CASE WHEN i <= ${comments / 5} THEN 1 ELSE 2 + i % ${posts - 1} END, ${someOf(users, comments)},
        CASE WHEN i BETWEEN 2 AND ${comments / 10} THEN 1
          WHEN i > ${comments / 2} + ${posts} THEN i - ${posts - 1} END,
        'Comment ' || i, ${at(comments)} ${series(comments)}`,
    `INSERT INTO post_likes (post_id, user_id, created_at)
      SELECT ${someOf(posts, links)}, 2 + floor(random() * ${users - 1})::int8, ${at(links)} ${series(links)} ON CONFLICT DO NOTHING`,
    `INSERT INTO comment_likes (comment_id, user_id, created_at)
      SELECT ${someOf(comments, links)}, 2 + floor(random() * ${users - 1})::int8, ${at(links)} ${series(links)} ON CONFLICT DO NOTHING`,
    `INSERT INTO follows (followee_id, follower_id, created_at)
      SELECT * FROM (SELECT ${someOf(users, links)} AS a, 2 + floor(random() * ${users - 1})::int8 AS b, ${at(links)} ${series(links)}) AS f
      WHERE a <> b ON CONFLICT DO NOTHING`,
    `INSERT INTO follows (follower_id, followee_id, created_at)
      SELECT 1, i, ${at(users)} ${series(users)} WHERE i > 1 AND i <= ${links / 10} ON CONFLICT DO NOTHING`,
    "SELECT setval('users_id_seq', (SELECT max(id) FROM users))",
  ];
}
