/** graphql-yoga on node:http with compiled execution, DataLoader and prepared statements. */
import { createServer } from "node:http";
import { useGraphQlJit } from "@envelop/graphql-jit";
import { createSchema, createYoga } from "graphql-yoga";
import { createContext } from "./rows.mjs";
import { resolvers, typeDefs } from "./schema.mjs";

const yoga = createYoga({
  schema: createSchema({ typeDefs, resolvers }),
  context: ({ request }) => createContext(request.headers.get("authorization") ?? undefined),
  plugins: [useGraphQlJit()],
  logging: false,
  graphiql: false,
  landingPage: false,
  multipart: false,
});
createServer(yoga).listen(Number(process.env.PORT), "127.0.0.1");
