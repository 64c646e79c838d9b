/**
 * PostGraphile 5 on node:http: the schema is made of the tables, the SQL of the query. Its own settings for prepared
 * statements (on) and PostgreSQL's jit (off) are as they come.
 */
// First: what is imported below needs it on Node 20.
import "./with-resolvers.mjs";
import { createServer } from "node:http";
import { postgraphile } from "postgraphile";
import { makePgService } from "postgraphile/adaptors/pg";
import { grafserv } from "postgraphile/grafserv/node";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";
import { readViewer } from "./viewer.mjs";

const pgl = postgraphile({
  extends: [PostGraphileAmberPreset],
  pgServices: [
    makePgService({
      connectionString: process.env.DATABASE_URL,
      schemas: ["public", "bench"],
      pubsub: false,
      poolConfig: { max: Number(process.env.DATABASE_POOL_SIZE), options: "-c TimeZone=UTC" },
    }),
  ],
  // Orders and filters of all columns: `createdAt` of comments has no index that begins with it.
  disablePlugins: ["PgIndexBehaviorsPlugin"],
  grafast: {
    explain: false,
    async context({ node }) {
      const authorization = node?.req.headers.authorization;
      // Settings make a transaction of each query: visitors need none.
      if (authorization === undefined) return {};
      return { pgSettings: { "jwt.claims.user_id": await readViewer(authorization) } };
    },
  },
  grafserv: { graphiql: false, graphiqlOnGraphQLGET: false, watch: false, websockets: false },
});
const server = createServer();
const serv = pgl.createServ(grafserv);
await serv.addTo(server);
await serv.ready();
server.listen(Number(process.env.PORT), "127.0.0.1");
