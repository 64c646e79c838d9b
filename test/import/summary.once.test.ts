/** What the command prints: the counts at the end, and the bar while it runs. */
import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
import { openProgressBar } from "../../src/import/report/progress.js";
import { ReportBuilder } from "../../src/import/report/report.js";
import { renderSummary } from "../../src/import/report/summary.js";

it("renders counts, what is new, and every row left out with its reason", () => {
  const builder = new ReportBuilder(2);
  builder.addSaved("users", 1200, 34);
  builder.addSaved("answers", 3, 0);
  builder.addSaved("comments", 4, 0);
  builder.addLeftOut("otherPosts", { file: "Posts.xml", line: 7, id: "5", reason: "a tag wiki" });
  builder.addLeftOut("comments", { file: "Comments.xml", line: 8, id: "", reason: "Id is missing" });
  builder.addLeftOut("comments", { file: "Comments.xml", line: 9, id: "3", reason: "Text is empty" });
  expect(renderSummary(builder.build()).split("\n")).toEqual([
    "                       read            new  already there       left out",
    "users                 1,234          1,200             34              0",
    "questions                 0              0              0              0",
    "answers                   3              3              0              0",
    "comments                  6              4              0              2",
    "other posts               1              0              0              1",
    "",
    "1,207 new, 34 already there. New: 1,200 users, 0 posts, 7 comments.",
    "",
    "Left out (3):",
    "  Posts.xml:7 Id 5: a tag wiki",
    "  Comments.xml:8 (no Id): Id is missing",
    "  … and 1 more",
  ]);
});

it("shows a bar on a terminal and nothing anywhere else", () => {
  for (const isTTY of [true, false]) {
    const stream = Object.assign(new PassThrough(), { isTTY, columns: 80 });
    const bar = openProgressBar(stream);
    bar.onProgress("Users.xml", 500_000, 1_000_000);
    bar.onProgress("Users.xml", 1_000_000, 1_000_000);
    bar.onProgress("Comments.xml", 1, 2_000_000);
    bar.stop();
    bar.stop();
    const shown = String(stream.read() ?? "");
    expect(shown.includes("Users.xml") && shown.includes("100% of 1.0 MB")).toBe(isTTY);
    expect(shown === "").toBe(!isTTY);
  }
});
