-- CreateTable
CREATE TABLE "events" (
    "id" BIGSERIAL NOT NULL,
    "position" BIGINT,
    "type" TEXT NOT NULL,
    "data" JSONB NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "events_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "event_head" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "log_id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "position" BIGINT NOT NULL DEFAULT 0,
    "floor" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "event_head_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "events_position_key" ON "events"("position");

-- CreateIndex
CREATE INDEX "events_waiting" ON "events"("id") WHERE ("position" IS NULL);

-- What Prisma's schema language cannot say.

ALTER TABLE "event_head" ADD CONSTRAINT "event_head_one_row" CHECK (id = 1);
INSERT INTO "event_head" DEFAULT VALUES;

-- Wakes the relay when a transaction that wrote events commits. PostgreSQL sends one notification for a transaction.
CREATE FUNCTION notify_events() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('parley_events', '');
  RETURN NULL;
END $$;

CREATE TRIGGER events_notify AFTER INSERT ON events FOR EACH STATEMENT EXECUTE FUNCTION notify_events();

-- Numbers up to "most" committed events without a gap. The head's row is locked first: each statement of the function
-- then sees what was committed by then, so two relays at once, should it come to that, number nothing twice.
CREATE FUNCTION number_events(most integer) RETURNS SETOF events LANGUAGE plpgsql AS $$
DECLARE
  last_position bigint;
  numbered bigint;
BEGIN
  SELECT h.position INTO last_position FROM event_head AS h FOR UPDATE;
  RETURN QUERY
    WITH waiting AS (
      SELECT w.id, row_number() OVER (ORDER BY w.id) AS place
      FROM (SELECT e.id FROM events AS e WHERE e.position IS NULL ORDER BY e.id LIMIT most) AS w
    )
    UPDATE events AS e SET position = last_position + waiting.place FROM waiting WHERE e.id = waiting.id RETURNING e.*;
  GET DIAGNOSTICS numbered = ROW_COUNT;
  IF numbered > 0 THEN
    UPDATE event_head SET position = last_position + numbered;
  END IF;
END $$;
