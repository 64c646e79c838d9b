/** One user per column of the matrix, with their credentials. */
import { newApiKey } from "../../src/auth/api-keys.js";
import { hashPassword } from "../../src/auth/passwords.js";
import { toGlobalId } from "../../src/db/global-id.js";
import type { ApiKeyScope } from "../../src/generated/graphql.js";
import type { Role as AccountRole } from "../../src/generated/prisma/client.js";
import { createServices } from "../../src/services/services.js";
import { audience, type Issuer, startIssuer } from "../auth/issuer.js";
import { dependenciesOn, secretsKey, unhurried } from "../harness/context.js";
import { wideLimits } from "../harness/limits.js";
import { startTestServer, type TestServer } from "../harness/server.js";
import { type Column, columns, isKeyHolder, scopesOf } from "./roles.js";

/** An account. Visitors have one that they do not use. */
export interface Account {
  readonly id: number;
  readonly globalId: string;
  readonly handle: string;
  readonly email: string;
}

export interface Actor {
  readonly column: Column;
  readonly account: Account;
  /** What is sent to a field of this scope, on a way that needs `also`; undefined for a visitor. */
  token(scope: ApiKeyScope | null, also: ApiKeyScope): Promise<string | undefined>;
}

export interface Community {
  readonly server: TestServer;
  /** Makes an account, with the password that all have. */
  account(role?: AccountRole): Promise<Account>;
  /** Opens a session of an account. */
  session(account: Account): Promise<{ readonly accessToken: string; readonly refreshToken: string }>;
  /** Somebody for a column; where the owner is meant, or a key of the owner's, that very account. */
  actor(column: Column, owner: Account): Promise<Actor>;
  close(): Promise<void>;
}

/** Of the hooks that are sent to the server. */
export const hookSecret = "shared with who sends hooks";
export const password = "the password of them all";
const passwordHash = await hashPassword(password);

const roleOf: Readonly<Partial<Record<Column, AccountRole>>> = {
  ...{ moderator: "MODERATOR", admin: "ADMIN", keyOfAdmin: "ADMIN", keyOfAdminWithoutModerate: "ADMIN" },
};

/** Whoever opens it closes it. Nothing is delivered by webhooks, whose rows stay as they are made. */
export async function openCommunity(): Promise<Community> {
  const issuer = await startIssuer(() => new Date());
  const webhookSources = [{ name: "billing", kind: "github", secret: hookSecret } as const];
  const authIssuers = [{ issuer: issuer.url, audiences: [audience] }];
  const parts = { worker: "off", limits: wideLimits, secretsKey, webhookSources, authIssuers } as const;
  const server = await startTestServer({ config: parts });
  const { prisma } = server.database;
  const dependencies = await dependenciesOn(server.database, () => new Date());
  const { sessions } = createServices(dependencies, unhurried, undefined, null);
  const account = accountsOn(server);

  async function session({ id }: Account) {
    const opened = await sessions.open((_, openFor) => openFor({ userId: id, passwordHash: null }));
    if (opened.session === null) throw new Error(`no session for account ${id}`);
    return opened.session;
  }

  return {
    server,
    account,
    session,
    async actor(column, owner) {
      const isOwner = column === "owner" || column === "keyWithScope" || column === "keyWithoutScope";
      const own = isOwner ? owner : await account(roleOf[column]);
      if (column === "blocked") await prisma.block.create({ data: { ...between(owner, own), createdAt: new Date() } });
      if (isKeyHolder(column)) return { column, account: own, token: keysOf(server, column, own) };
      const token = await tokenOf(column, own);
      return { column, account: own, token: async () => token };
    },
    async close() {
      await server.close();
      await issuer.close();
    },
  };

  async function tokenOf(column: Column, own: Account): Promise<string | undefined> {
    if (column === "anonymous") return undefined;
    return column === "external" ? externalToken(server, issuer, own) : (await session(own)).accessToken;
  }
}

function between({ id: blockerId }: Account, { id: blockedId }: Account) {
  return { blockerId, blockedId };
}

function accountsOn({ database: { prisma } }: TestServer): Community["account"] {
  let made = 0;
  return async (role = "USER") => {
    made += 1;
    const handle = `account_${made}`;
    const texts = { name: `Account ${made}`, bio: "Somebody", avatarUrl: "https://example.org/face.png" };
    const email = `${handle}@example.org`;
    const data = { handle, handleSkeleton: handle, ...texts, email, passwordHash, role };
    const id = Number((await prisma.user.create({ data, select: { id: true } })).id);
    return { id, globalId: toGlobalId("User", id), handle, email };
  };
}

/** Who comes from another issuer has no password. */
async function externalToken({ database: { prisma } }: TestServer, issuer: Issuer, { id }: Account): Promise<string> {
  const subject = `subject-${id}`;
  await prisma.user.update({ where: { id }, data: { passwordHash: null } });
  await prisma.externalIdentity.create({
    data: { issuer: issuer.url, subject, userId: id, createdAt: new Date() },
  });
  return issuer.token({ sub: subject });
}

/** Makes a key for each set of scopes that is asked for. */
function keysOf({ database }: TestServer, column: Parameters<typeof scopesOf>[0], { id }: Account): Actor["token"] {
  const made = new Map<string, Promise<string>>();
  const make = async (scopes: readonly ApiKeyScope[]) => {
    const { secret, ...rest } = newApiKey();
    const now = new Date();
    // Used just now: its next use is not noted.
    const data = { userId: id, name: "A key", scopes: [...scopes], ...rest, createdAt: now, lastUsedAt: now };
    await database.prisma.apiKey.create({ data });
    return secret;
  };
  return async (scope, also) => {
    const scopes = scopesOf(column, scope, also);
    const key = made.get(scopes.join()) ?? make(scopes);
    made.set(scopes.join(), key);
    return key;
  };
}

/** Somebody for each column, as the owner of things sees them. */
export async function castOf(community: Community, owner: Account): Promise<(column: Column) => Actor> {
  const actors = new Map<Column, Actor>();
  for (const column of columns) actors.set(column, await community.actor(column, owner));
  return (column) => {
    const actor = actors.get(column);
    if (actor === undefined) throw new Error(`there is nobody for the column ${column}`);
    return actor;
  };
}
