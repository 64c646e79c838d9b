/** Renders the report of an import as text for people. Pure. */
import { type ImportReport, type LeftOutRow, type RowCounts, type RowKind, rowKinds } from "./report.js";

const kindNames: Readonly<Record<RowKind, string>> = {
  users: "users",
  questions: "questions",
  answers: "answers",
  comments: "comments",
  otherPosts: "other posts",
};

/** A table of counts, a total, and a line for each row left out. Ends without a line break. */
export function renderSummary(report: ImportReport): string {
  const lines = [...table(report), "", ...result(report)];
  const leftOutTotal = sum(report, "rejected");
  if (leftOutTotal === 0) return lines.join("\n");
  const more = leftOutTotal - report.rejected.length;
  const rest = more === 0 ? [] : [`  … and ${number(more)} more`];
  return [...lines, "", `Left out (${number(leftOutTotal)}):`, ...report.rejected.map(leftOutLine), ...rest].join("\n");
}

function table({ counts }: ImportReport): string[] {
  const heading = tableLine("", ["read", "new", "already there", "left out"]);
  const kinds = rowKinds.filter((kind) => kind !== "otherPosts" || counts.otherPosts.read > 0);
  return [heading, ...kinds.map((kind) => tableLine(kindNames[kind], figures(counts[kind])))];
}

function figures({ read, created, alreadyThere, rejected }: RowCounts): string[] {
  return [read, created, alreadyThere, rejected].map(number);
}

function tableLine(name: string, cells: readonly string[]): string {
  return name.padEnd(12) + cells.map((cell) => cell.padStart(15)).join("");
}

function result(report: ImportReport): string[] {
  const { users, questions, answers, comments } = report.counts;
  const created = sum(report, "created");
  const there = sum(report, "alreadyThere");
  const kinds = [
    `${number(users.created)} users`,
    `${number(questions.created)} posts`,
    `${number(answers.created + comments.created)} comments`,
  ];
  return [`${number(created)} new, ${number(there)} already there. New: ${kinds.join(", ")}.`];
}

function leftOutLine({ file, line, id, reason }: LeftOutRow): string {
  return `  ${file}:${line} ${id === "" ? "(no Id)" : `Id ${id}`}: ${reason}`;
}

function sum({ counts }: ImportReport, figure: keyof RowCounts): number {
  return rowKinds.reduce((total, kind) => total + counts[kind][figure], 0);
}

function number(value: number): string {
  return value.toLocaleString("en-US");
}
