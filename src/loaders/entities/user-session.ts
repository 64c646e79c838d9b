/** Sessions of users. For their owner alone. */
import { byId, defineEntity } from "../entity.js";
import { byCreation } from "../list.js";

/** `sessionId` is in access tokens. */
export interface UserSessionRow {
  readonly id: number;
  readonly ownerId: number;
  readonly sessionId: string;
  readonly createdAt: string;
  readonly lastUsedAt: string;
  readonly expiresAt: string;
}

/** Sessions that have not ended, by the database's clock, under the number of their global id. */
const activeSessions = `(SELECT number AS id, id AS session_id, user_id, created_at, last_used_at, expires_at
  FROM sessions WHERE revoked_at IS NULL AND expires_at > now())`;

const userSession = defineEntity<UserSessionRow>({
  type: "UserSession",
  table: activeSessions,
  alias: "s",
  visibility: "private",
  columns: {
    ownerId: "user_id",
    sessionId: "session_id",
    createdAt: "created_at",
    lastUsedAt: "last_used_at",
    expiresAt: "expires_at",
  },
});

export const userSessions = byId(userSession);

export const sessionsOfUser = byCreation(userSession, { name: "user.sessions", parent: "user_id" });
