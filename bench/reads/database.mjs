/** Databases of the reads: filled, and dropped with the run or kept for the next one. */
import pg from "pg";
import { atEnd } from "../clean-up.mjs";
import { makeDatabase, migrate, onServer, urlOf } from "../services.mjs";
import { say } from "../table.mjs";
import { checkCounters, fill, sizeOf } from "./data.mjs";

/** What PostGraphile's mutation is: a function, as its documentation has it. The viewer is in a setting. */
const addComment = `
  CREATE SCHEMA bench;
  CREATE FUNCTION bench.add_comment(post_id bigint, text text) RETURNS public.comments
  LANGUAGE sql VOLATILE AS $$
    WITH counted AS (UPDATE public.posts SET comment_count = comment_count + 1 WHERE id = $1 RETURNING id)
    INSERT INTO public.comments (post_id, text, author_id)
    SELECT id, $2, current_setting('jwt.claims.user_id')::bigint FROM counted RETURNING * $$`;

/** Resolves with a database of `posts` posts. Throws when there is no PostgreSQL. */
export async function openFilled(posts, keep) {
  const size = sizeOf(posts);
  const name = keep ? `parley_bench_posts_${posts}` : `parley_bench_posts_${posts}_${process.pid}`;
  if (keep && (await isFilled(name))) {
    say(`data: ${name} is there`);
    const url = urlOf(name);
    migrate(url);
    atEnd(() => onDatabase(url, (client) => restore(client, size)));
    return { url, size };
  }
  const database = await makeDatabase(name);
  if (database === undefined) {
    throw new Error(
      `no PostgreSQL (BENCH_DATABASE_URL), or a database ${name} that a run did not finish is in the way`,
    );
  }
  const { url } = database;
  migrate(url);
  await fill(url, size);
  await onDatabase(url, (client) => client.query(addComment));
  // For short statements; PostGraphile's driver does the same.
  await onServer(`ALTER DATABASE ${name} SET jit = off`);
  if (keep) {
    await onServer(`COMMENT ON DATABASE ${name} IS 'filled by npm run bench'`);
    database.release();
    atEnd(() => onDatabase(url, (client) => restore(client, size)));
  }
  return { url, size };
}

/** Throws when the counters are wrong after the mutations of all servers. */
export function checkDatabase(url) {
  return onDatabase(url, checkCounters);
}

async function isFilled(name) {
  const rows = await onServer(
    "SELECT 1 FROM pg_database WHERE datname = $1 AND shobj_description(oid, 'pg_database') IS NOT NULL",
    [name],
  );
  return rows.length > 0;
}

/** Takes away what the mutations added. */
async function restore(client, { users, posts, comments }) {
  await client.query(
    `WITH gone AS (DELETE FROM comments WHERE id > $1 RETURNING post_id)
     UPDATE posts SET comment_count = $2 WHERE id IN (SELECT post_id FROM gone)`,
    [comments, comments / posts],
  );
  await client.query("DELETE FROM users WHERE id > $1", [users]);
  await client.query("DELETE FROM events");
  await client.query("VACUUM (ANALYZE)");
}

async function onDatabase(url, work) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
