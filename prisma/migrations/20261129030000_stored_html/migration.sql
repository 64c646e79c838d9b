-- AlterTable
ALTER TABLE "posts" ADD COLUMN     "content_html" TEXT,
ADD COLUMN     "content_html_version" INTEGER;

-- AlterTable
ALTER TABLE "comments" ADD COLUMN     "text_html" TEXT,
ADD COLUMN     "text_html_version" INTEGER;
