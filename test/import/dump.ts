/** Writes small Stack Exchange dumps into temporary directories. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

type Attributes = Readonly<Record<string, string>>;

export interface DumpRows {
  readonly users?: readonly Attributes[];
  readonly posts?: readonly Attributes[];
  readonly comments?: readonly Attributes[];
}

const createdAt = "2012-01-02T03:04:05.678";

export function user(id: number, attributes: Attributes = {}): Attributes {
  return { Id: String(id), DisplayName: `User ${id}`, CreationDate: createdAt, ...attributes };
}

export function question(id: number, attributes: Attributes = {}): Attributes {
  const title = `Question ${id}`;
  return { Id: String(id), PostTypeId: "1", Title: title, Body: "<p>Why?</p>", CreationDate: createdAt, ...attributes };
}

export function answer(id: number, questionId: number, attributes: Attributes = {}): Attributes {
  const parent = { ParentId: String(questionId) };
  return { Id: String(id), PostTypeId: "2", ...parent, Body: "<p>So.</p>", CreationDate: createdAt, ...attributes };
}

export function comment(id: number, postId: number, attributes: Attributes = {}): Attributes {
  return { Id: String(id), PostId: String(postId), Text: `Comment ${id}`, CreationDate: createdAt, ...attributes };
}

/** An empty directory that is removed after the test. */
export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "parley-dump-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** A dump of these rows, as Stack Exchange writes it: byte order mark, declaration, one row on a line. */
export async function writeDump({ users = [], posts = [], comments = [] }: DumpRows): Promise<string> {
  const directory = await temporaryDirectory();
  await writeFile(join(directory, "Users.xml"), xml("users", users));
  await writeFile(join(directory, "Posts.xml"), xml("posts", posts));
  await writeFile(join(directory, "Comments.xml"), xml("comments", comments));
  return directory;
}

export function xml(root: string, rows: readonly Attributes[]): string {
  const lines = rows.map((row) => `  <row ${Object.entries(row).map(attribute).join(" ")} />`);
  return ['\uFEFF<?xml version="1.0" encoding="utf-8"?>', `<${root}>`, ...lines, `</${root}>`, ""].join("\r\n");
}

function attribute([name, value]: readonly [string, string]): string {
  const escaped = value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
  return `${name}="${escaped.replaceAll("\n", "&#xA;")}"`;
}
