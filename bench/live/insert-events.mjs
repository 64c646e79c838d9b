/** One statement that writes `$1` events: post `$2`, of author `$3`, was edited. */
export const insertEvents = `INSERT INTO events (type, data, occurred_at)
  SELECT 'PostUpdated', jsonb_build_object('postId', $2::int, 'authorId', $3::int), now()
  FROM generate_series(1, $1::int)`;
