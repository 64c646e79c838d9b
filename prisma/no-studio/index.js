/** Nothing: `prisma generate` loads it and calls none of it. */
