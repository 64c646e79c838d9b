-- AlterTable
ALTER TABLE "reports" ADD COLUMN     "subject_author_id" BIGINT;

-- AlterTable
ALTER TABLE "audit_log" ADD COLUMN     "subject_author_id" BIGINT;

-- Where the subject is gone already, nobody knows whose it was.
UPDATE "reports" AS t SET subject_author_id = CASE t.subject_type
  WHEN 'USER' THEN (SELECT u.id FROM users AS u WHERE u.id = t.subject_id)
  WHEN 'POST' THEN (SELECT p.author_id FROM posts AS p WHERE p.id = t.subject_id)
  ELSE (SELECT c.author_id FROM comments AS c WHERE c.id = t.subject_id) END;
UPDATE "audit_log" AS t SET subject_author_id = CASE t.subject_type
  WHEN 'USER' THEN (SELECT u.id FROM users AS u WHERE u.id = t.subject_id)
  WHEN 'POST' THEN (SELECT p.author_id FROM posts AS p WHERE p.id = t.subject_id)
  ELSE (SELECT c.author_id FROM comments AS c WHERE c.id = t.subject_id) END;

-- CreateIndex
CREATE INDEX "reports_subject_author_id_idx" ON "reports"("subject_author_id");

-- CreateIndex
CREATE INDEX "audit_log_subject_author_id_idx" ON "audit_log"("subject_author_id");

-- AddForeignKey
ALTER TABLE "reports" ADD CONSTRAINT "reports_subject_author_id_fkey" FOREIGN KEY ("subject_author_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "audit_log" ADD CONSTRAINT "audit_log_subject_author_id_fkey" FOREIGN KEY ("subject_author_id") REFERENCES "users"("id") ON DELETE SET NULL ON UPDATE CASCADE;
