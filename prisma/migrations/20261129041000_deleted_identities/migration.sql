-- CreateTable
CREATE TABLE "deleted_identities" (
    "identity_hash" TEXT NOT NULL,
    "deleted_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "deleted_identities_pkey" PRIMARY KEY ("identity_hash")
);
