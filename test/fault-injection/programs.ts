/** What vitest.config.ts found on this machine for these tests; empty where there is nothing. */

/** A Redis that is not killed. */
export const redisUrl = process.env.PARLEY_TEST_REDIS ?? "";
/** Directory of `redis-server`. */
export const redisPrograms = process.env.PARLEY_TEST_REDIS_PROGRAMS ?? "";
/** Directory of `initdb` and `pg_ctl`. */
export const postgresPrograms = process.env.PARLEY_TEST_POSTGRES_PROGRAMS ?? "";
