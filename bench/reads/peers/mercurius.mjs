/** Fastify's GraphQL server with compiled execution, DataLoader and prepared statements. */
import Fastify from "fastify";
import mercurius from "mercurius";
import { createContext } from "./rows.mjs";
import { resolvers, typeDefs } from "./schema.mjs";

const app = Fastify({ logger: false });
await app.register(mercurius, {
  schema: typeDefs,
  resolvers,
  jit: 1,
  graphiql: false,
  context: (request) => createContext(request.headers.authorization),
});
await app.listen({ host: "127.0.0.1", port: Number(process.env.PORT) });
