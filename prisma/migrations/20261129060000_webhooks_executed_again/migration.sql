-- AlterTable
ALTER TABLE "webhooks" ADD COLUMN     "changed_as_of" BIGINT NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "webhook_deliveries" ADD COLUMN     "as_of" BIGINT,
ADD COLUMN     "event_data" JSONB,
ADD COLUMN     "execution_tries" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "occurred_at" TIMESTAMPTZ(3);

-- What is still in the log.
UPDATE "webhook_deliveries" AS d SET "event_data" = e."data", "occurred_at" = e."occurred_at"
FROM "events" AS e WHERE e."position" = d."position" AND length(e."data"::text) <= 1000;
