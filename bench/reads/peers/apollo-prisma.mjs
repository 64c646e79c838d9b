/**
 * What most projects have: Apollo Server 5 on Express 5, Prisma 7 with its adapter for `pg`, DataLoader. Apollo's cache
 * control, which is expensive and unused here, is off, and statements are prepared, which Prisma does on request.
 */
import { ApolloServer } from "@apollo/server";
import { ApolloServerPluginCacheControlDisabled } from "@apollo/server/plugin/disabled";
import { expressMiddleware } from "@as-integrations/express5";
// Prisma is Parley's own, of the same version: its client is generated from the same schema.
import { PrismaPg } from "@prisma/adapter-pg";
import DataLoader from "dataloader";
import express from "express";
import { PrismaClient } from "../../../dist/generated/prisma/client.js";
import { resolvers, typeDefs } from "./schema.mjs";
import { readViewer } from "./viewer.mjs";

const pool = { connectionString: process.env.DATABASE_URL, max: Number(process.env.DATABASE_POOL_SIZE) };
const names = new Map();
const adapter = new PrismaPg(pool, {
  // Without it every statement is parsed and planned anew.
  statementNameGenerator({ sql }) {
    const name = names.get(sql) ?? `prisma_${names.size}`;
    names.set(sql, name);
    return name;
  },
});
const prisma = new PrismaClient({ adapter });
const newest = [{ createdAt: "desc" }, { id: "desc" }];
const post = { id: true, title: true, createdAt: true, authorId: true };
const comment = { id: true, postId: true, text: true, authorId: true };

function createContext(authorization) {
  const commentsOf = new Map();
  const postsOf = new Map();
  return {
    users: rowLoader((where) => prisma.user.findMany({ where, select: { id: true, name: true } })),
    posts: rowLoader((where) => prisma.post.findMany({ where, select: post })),
    commentsOf: (first) =>
      ofFirst(commentsOf, first, "postId", (postId) =>
        prisma.comment.findMany({ where: { postId, parentId: null }, orderBy: newest, select: comment }),
      ),
    postsOf: (first) =>
      ofFirst(postsOf, first, "authorId", (authorId) =>
        prisma.post.findMany({ where: { authorId }, orderBy: newest, select: post }),
      ),
    latestPosts: (first) => prisma.post.findMany({ take: first, orderBy: newest, select: post }),
    async addComment({ postId, text }) {
      const id = BigInt(postId);
      const authorId = BigInt(await readViewer(authorization));
      const [row] = await prisma.$transaction([
        prisma.comment.create({ data: { postId: id, authorId, text }, select: comment }),
        prisma.post.update({ where: { id }, data: { commentCount: { increment: 1 } }, select: { id: true } }),
      ]);
      return row;
    },
  };
}

function rowLoader(find) {
  return new DataLoader(
    async (ids) => {
      const rows = await find({ id: { in: ids.map(BigInt) } });
      const found = new Map(rows.map((row) => [String(row.id), row]));
      return ids.map((id) => found.get(String(id)) ?? null);
    },
    { cacheKeyFn: String },
  );
}

/** The first of each parent, taken from all of them: Prisma has no batched query that limits each parent's. */
function ofFirst(loaders, first, key, find) {
  const known = loaders.get(first);
  if (known !== undefined) return known;
  const loader = new DataLoader(
    async (ids) => {
      const found = new Map(ids.map((id) => [String(id), []]));
      for (const row of await find({ in: [...ids] })) found.get(String(row[key])).push(row);
      return ids.map((id) => found.get(String(id)).slice(0, first));
    },
    { cacheKeyFn: String },
  );
  loaders.set(first, loader);
  return loader;
}

/** Prisma's ids are BigInt, which GraphQL's ID does not accept. */
const id = (row) => String(row.id);
const withIds = Object.fromEntries(["User", "Post", "Comment"].map((type) => [type, { ...resolvers[type], id }]));

const server = new ApolloServer({
  typeDefs,
  resolvers: { ...resolvers, ...withIds },
  plugins: [ApolloServerPluginCacheControlDisabled()],
});
await server.start();
const context = async ({ req }) => createContext(req.headers.authorization);
const app = express().disable("x-powered-by").disable("etag");
app.use("/graphql", express.json(), expressMiddleware(server, { context }));
app.listen(Number(process.env.PORT), "127.0.0.1");
