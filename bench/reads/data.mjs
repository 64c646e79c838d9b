/**
 * The rows that are read: users, posts and comments made by arithmetic from a seed, so that every run, on every machine,
 * reads the same. Written straight into Parley's own tables, whose counters agree with them.
 */
import pg from "pg";
import { say } from "../table.mjs";

const seed = 20_261_121;

/** Rows for so many posts: a tenth as many users, five comments for each post. */
export function sizeOf(posts) {
  return { users: Math.max(100, posts / 10), posts, comments: posts * 5 };
}

const firstNames = ["Ada", "Bram", "Chidi", "Dana", "Emre", "Farah", "Goran", "Hana", "Ines", "Jun", "Kofi", "Lena"];
const lastNames = ["Abbott", "Baptiste", "Costa", "Dvorak", "Eriksen", "Fischer", "Grant", "Haddad", "Ito", "Jansen"];

/** About 65 bytes each. A comment is three of them: 20 posts with 3 comments each are about 20 KB. */
const sentences = [
  "The index is read backwards, so the newest rows are the cheapest.",
  "We measured it twice before we believed it, and once more after.",
  "What survives one collection of garbage is copied in the next one.",
  "A cursor says where a page ended, not how many pages there were.",
  "Nobody noticed until the second instance was started on a Friday.",
  "The plan was cached for ten minutes and then it was made anew.",
  "I would rather read one good error message than ten log lines.",
  "It works on one core and waits on two, which was the first clue.",
  "Pipelining hides the way to the database but not the work there.",
  "Each of these statements is prepared once on every connection.",
  "A loader collects keys for one turn of the event loop, no longer.",
  "The counter is right because the comment and it are one change.",
  "Most of the time went into turning dates into objects and back.",
  "Keep the socket open and the handshake is paid for only one time.",
  "The slowest request of a hundred is the one that people remember.",
  "There were three ways to write the query and all had the same plan.",
  "Half of the answer is made of braces and names of fields, as usual.",
  "If it is not in the table then it was not measured on this machine.",
  "The young generation was too small for what was in flight at once.",
  "Nothing is as fast as a row that you have found no reason to read.",
];

/** Secondary indexes are built after the rows are inserted; constraints are kept. */
const indexesOf = `
  SELECT indexname AS name, indexdef AS definition FROM pg_indexes
  WHERE schemaname = 'public' AND tablename IN ('users', 'posts', 'comments')
    AND indexname NOT IN (SELECT conname FROM pg_constraint) AND indexdef NOT LIKE 'CREATE UNIQUE%'`;

/** A number from 0 below "bound", of row "n" and use "salt": two multiplications modulo a prime. */
const pick = `
  CREATE FUNCTION pg_temp.pick(n bigint, salt integer, bound bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT ((n + ${seed}) * 48271 % 2147483647) * (16807 + salt * 1009) % 2147483647 % bound $$`;

const insertUsers = `
  INSERT INTO users (id, handle, handle_skeleton, name, created_at, updated_at)
  SELECT n, 'member_' || n, 'member_' || n,
    ($2::text[])[1 + pg_temp.pick(n, 1, 12)] || ' ' || ($3::text[])[1 + pg_temp.pick(n, 2, 10)],
    at, at
  FROM generate_series(1, $1::bigint) AS n, LATERAL (SELECT timestamptz '2024-01-01Z' + n * interval '1 second') AS t(at)`;

const insertPosts = `
  INSERT INTO posts (id, author_id, title, content, created_at, updated_at, comment_count)
  SELECT n, 1 + pg_temp.pick(n, 3, $2), s[1 + pg_temp.pick(n, 4, 20)],
    s[1 + pg_temp.pick(n, 5, 20)] || E'\\n\\n' || s[1 + pg_temp.pick(n, 6, 20)], at, at, $3
  FROM generate_series(1, $1::bigint) AS n, (SELECT $4::text[]) AS w(s),
    LATERAL (SELECT timestamptz '2025-01-01Z' + n * interval '20 seconds') AS t(at)`;

/** Comments are written round robin over all posts, so those of one post are far apart, as in practice. */
const insertComments = `
  INSERT INTO comments (id, post_id, author_id, text, created_at, updated_at)
  SELECT n, 1 + n % $2, 1 + pg_temp.pick(n, 7, $3),
    s[1 + pg_temp.pick(n, 8, 20)] || ' ' || s[1 + pg_temp.pick(n, 9, 20)] || ' ' || s[1 + pg_temp.pick(n, 10, 20)],
    at, at
  FROM generate_series(1, $1::bigint) AS n, (SELECT $4::text[]) AS w(s),
    LATERAL (SELECT timestamptz '2025-10-01Z' + n * interval '2 seconds') AS t(at)`;

/** Fills an empty, migrated database. */
export async function fill(url, { users, posts, comments }) {
  const began = performance.now();
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query("SET maintenance_work_mem = '512MB'; SET synchronous_commit = off; SET TimeZone = 'UTC'");
    const { rows: indexes } = await client.query(indexesOf);
    for (const { name } of indexes) await client.query(`DROP INDEX ${client.escapeIdentifier(name)}`);
    await client.query(pick);
    // Related rows are written together, because looking up each reference would double the time.
    await client.query("SET session_replication_role = replica");
    await client.query(insertUsers, [users, firstNames, lastNames]);
    await client.query(insertPosts, [posts, users, comments / posts, sentences]);
    await client.query(insertComments, [comments, posts, users, sentences]);
    await client.query("RESET session_replication_role");
    for (const { definition } of indexes) await client.query(definition);
    for (const name of ["users", "posts", "comments"]) {
      await client.query(`SELECT setval(pg_get_serial_sequence('${name}', 'id'), max(id)) FROM ${name}`);
    }
    await client.query("VACUUM (ANALYZE)");
    await client.query("CHECKPOINT");
    await checkCounters(client);
  } finally {
    await client.end();
  }
  say(
    `data: ${users} users, ${posts} posts, ${comments} comments in ${((performance.now() - began) / 1000).toFixed(0)} s`,
  );
}

/** Throws when a post's counter is not the number of its comments: some server did half of a mutation. */
export async function checkCounters(client) {
  const { rows } = await client.query(
    `SELECT count(*)::int AS wrong FROM posts AS p
     LEFT JOIN (SELECT post_id, count(*) AS number FROM comments GROUP BY post_id) AS c ON c.post_id = p.id
     WHERE p.comment_count <> coalesce(c.number, 0)`,
  );
  if (rows[0].wrong > 0) throw new Error(`${rows[0].wrong} posts have a comment_count that is not theirs`);
}
