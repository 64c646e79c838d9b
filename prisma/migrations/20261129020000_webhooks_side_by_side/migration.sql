-- AlterEnum
ALTER TYPE "WebhookDisabledReason" ADD VALUE 'UNFILLABLE';
ALTER TYPE "WebhookDisabledReason" ADD VALUE 'KEY_ENDED';

-- AlterTable
ALTER TABLE "webhooks" ADD COLUMN     "api_key_id" BIGINT,
ADD COLUMN     "fill_tries" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "filling_since" TIMESTAMPTZ(3);
