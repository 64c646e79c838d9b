/** SQL of each section of the data export: `$1` is the user, `$2` the key to continue after. Pure. */

export interface ExportSection {
  readonly name: string;
  /** One object instead of a list. */
  readonly isOne?: boolean;
  /** Gives `key`, a number that the items are in the order of, and `item`, JSON. */
  readonly sql: string;
  /** Items read at once: few where each may be long. */
  readonly atOnce: number;
}

const manyAtOnce = 500;
const fewAtOnce = 20;

/** As `toGlobalId` writes it. */
function globalId(type: string, column: string): string {
  const base64 = `encode(convert_to('${type}:' || ${column}, 'UTF8'), 'base64')`;
  return `CASE WHEN ${column} IS NULL THEN NULL ELSE rtrim(translate(${base64}, '+/', '-_'), '=') END`;
}

/** RFC 3339, as in answers. */
function time(column: string): string {
  return `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}

/** Each of `fields` is a name and its SQL. */
function section(name: string, key: string, fields: Readonly<Record<string, string>>, from: string): ExportSection {
  const atOnce = name === "posts" || name === "comments" || name === "webhookDeliveries" ? fewAtOnce : manyAtOnce;
  const pairs = Object.entries(fields).map(([field, sql]) => `'${field}', ${sql}`);
  const sql = `SELECT ${key} AS key, json_build_object(${pairs.join(", ")})::text AS item ${from} AND ${key} > $2::int8`;
  return { name, sql, atOnce };
}

/** Rows without an id of their own are ordered by the id of their subject. */
function links(name: string, table: string, mine: string, type: string, other: string): ExportSection {
  const fields = { [`${type.toLowerCase()}Id`]: globalId(type, `l.${other}`), createdAt: time("l.created_at") };
  return section(name, `l.${other}`, fields, `FROM ${table} AS l WHERE l.${mine} = $1`);
}

const account = section(
  "account",
  "u.id",
  {
    id: globalId("User", "u.id"),
    handle: "u.handle",
    name: "u.name",
    bio: "u.bio",
    avatarUrl: "u.avatar_url",
    email: "u.email",
    role: "u.role",
    suspendedUntil: time("u.suspended_until"),
    createdAt: time("u.created_at"),
    updatedAt: time("u.updated_at"),
  },
  "FROM users AS u WHERE u.id = $1",
);

const sessions = section(
  "sessions",
  "s.number",
  {
    id: globalId("UserSession", "s.number"),
    createdAt: time("s.created_at"),
    lastUsedAt: time("s.last_used_at"),
    expiresAt: time("s.expires_at"),
    revokedAt: time("s.revoked_at"),
  },
  "FROM sessions AS s WHERE s.user_id = $1",
);

const apiKeys = section(
  "apiKeys",
  "k.id",
  {
    id: globalId("ApiKey", "k.id"),
    name: "k.name",
    scopes: "k.scopes",
    prefix: "k.prefix",
    createdAt: time("k.created_at"),
    expiresAt: time("k.expires_at"),
    lastUsedAt: time("k.last_used_at"),
    revokedAt: time("k.revoked_at"),
  },
  "FROM api_keys AS k WHERE k.user_id = $1",
);

/** They have no number: all at once, for they are few. */
const externalIdentities: ExportSection = {
  name: "externalIdentities",
  atOnce: manyAtOnce,
  sql: `SELECT key, item FROM (
      SELECT row_number() OVER (ORDER BY i.created_at, i.issuer, i.subject) AS key, json_build_object(
        'issuer', i.issuer, 'subject', i.subject, 'createdAt', ${time("i.created_at")})::text AS item
      FROM external_identities AS i WHERE i.user_id = $1
    ) AS numbered WHERE key > $2::int8`,
};

const subjectOf = (alias: string) => {
  const column = `${alias}.subject_id`;
  return `CASE ${alias}.subject_type WHEN 'USER' THEN ${globalId("User", column)}
    WHEN 'POST' THEN ${globalId("Post", column)} ELSE ${globalId("Comment", column)} END`;
};

const written = (alias: string) => ({
  createdAt: time(`${alias}.created_at`),
  updatedAt: time(`${alias}.updated_at`),
  isHidden: `${alias}.is_hidden`,
  hiddenReason: `${alias}.hidden_reason`,
});

export const exportSections: readonly ExportSection[] = [
  { ...account, isOne: true },
  sessions,
  apiKeys,
  externalIdentities,
  section(
    "posts",
    "p.id",
    { id: globalId("Post", "p.id"), title: "p.title", content: "p.content", ...written("p") },
    "FROM posts AS p WHERE p.author_id = $1",
  ),
  section(
    "comments",
    "c.id",
    {
      id: globalId("Comment", "c.id"),
      postId: globalId("Post", "c.post_id"),
      parentId: globalId("Comment", "c.parent_id"),
      text: "c.text",
      ...written("c"),
    },
    "FROM comments AS c WHERE c.author_id = $1",
  ),
  links("likedPosts", "post_likes", "user_id", "Post", "post_id"),
  links("likedComments", "comment_likes", "user_id", "Comment", "comment_id"),
  links("following", "follows", "follower_id", "User", "followee_id"),
  links("followers", "follows", "followee_id", "User", "follower_id"),
  links("blocked", "blocks", "blocker_id", "User", "blocked_id"),
  section(
    "reports",
    "r.id",
    {
      id: globalId("Report", "r.id"),
      subjectId: subjectOf("r"),
      reason: "r.reason",
      text: "r.text",
      state: "r.state",
      createdAt: time("r.created_at"),
    },
    "FROM reports AS r WHERE r.reporter_id = $1",
  ),
  section(
    "webhooks",
    "w.id",
    {
      id: globalId("Webhook", "w.id"),
      url: "w.url",
      description: "w.description",
      subscription: "w.subscription",
      state: "w.state",
      createdAt: time("w.created_at"),
      updatedAt: time("w.updated_at"),
    },
    "FROM webhooks AS w WHERE w.owner_id = $1",
  ),
  section(
    "webhookDeliveries",
    "d.id",
    {
      id: globalId("WebhookDelivery", "d.id"),
      webhookId: globalId("Webhook", "d.webhook_id"),
      eventId: "d.event_id",
      type: "d.type",
      state: "d.state",
      createdAt: time("d.created_at"),
    },
    "FROM webhook_deliveries AS d JOIN webhooks AS w ON w.id = d.webhook_id WHERE w.owner_id = $1",
  ),
  section(
    "privilegedActions",
    "a.id",
    { action: "a.action", reason: "a.reason", createdAt: time("a.created_at") },
    "FROM audit_log AS a WHERE a.actor_id = $1",
  ),
  section(
    "actionsOnAccount",
    "a.id",
    { action: "a.action", subjectId: subjectOf("a"), reason: "a.reason", createdAt: time("a.created_at") },
    "FROM audit_log AS a WHERE a.subject_author_id = $1",
  ),
  // Neither the reporter nor their text, which is the reporter's data.
  section(
    "reportsOnAccount",
    "r.id",
    {
      subjectId: subjectOf("r"),
      reason: "r.reason",
      state: "r.state",
      resolution: "r.resolution",
      createdAt: time("r.created_at"),
    },
    "FROM reports AS r WHERE r.subject_author_id = $1",
  ),
];
