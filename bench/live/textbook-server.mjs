/**
 * graphql-ws as its documentation shows it: `useServer`, a schema with a PubSub iterator, and loaders per
 * listener. Rows are in memory, which favours it over a database.
 */
import { EventEmitter } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { makeExecutableSchema } from "@graphql-tools/schema";
import DataLoader from "dataloader";
import { PubSub } from "graphql-subscriptions";
import { useServer } from "graphql-ws/use/ws";
import { WebSocketServer } from "ws";
import { onAsk } from "../probe.mjs";

const { cursor, post } = JSON.parse(process.env.BENCH_FRAME).payload.data.postUpdated;
// Turns off the warning about many listeners.
const pubsub = new PubSub({ eventEmitter: new EventEmitter().setMaxListeners(0) });

const schema = makeExecutableSchema({
  typeDefs: `
    type Query { post(id: ID!): Post }
    type User { id: ID! handle: String! name: String! }
    type Post { id: ID! title: String! content: String! author: User }
    type PostUpdated { cursor: String! post: Post }
    type Subscription { postUpdated(postId: ID): PostUpdated! }
  `,
  resolvers: {
    Subscription: {
      postUpdated: { subscribe: () => pubsub.asyncIterableIterator("POST_UPDATED"), resolve: (event) => event },
    },
    PostUpdated: { post: ({ postId }, _, { posts }) => posts.load(postId) },
    Post: { author: ({ authorId }, _, { users }) => users.load(authorId) },
  },
});

const authorId = "1";
const { author, ...fields } = post;
const postRow = { ...fields, authorId };
// Without a cache, since rows change between events.
const loader = (row) => new DataLoader(async (ids) => ids.map(() => row), { cache: false });

const sockets = new WebSocketServer({ host: "127.0.0.1", port: 0 });
useServer({ schema, context: () => ({ posts: loader(postRow), users: loader(author) }) }, sockets);

onAsk("emit", async ({ count }) => {
  for (let event = 0; event < count; event++) await pubsub.publish("POST_UPDATED", { cursor, postId: post.id });
  await wait(0);
});

sockets.once("listening", () => process.stdout.write(`ready at ws://127.0.0.1:${sockets.address().port}\n`));
