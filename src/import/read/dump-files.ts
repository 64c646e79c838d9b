/** Finds the three files of a Stack Exchange dump in a directory. */
import { readdirSync, type Stats, statSync } from "node:fs";
import { join } from "node:path";
import { StartupError } from "../../errors.js";

export interface DumpFile {
  readonly name: string;
  readonly path: string;
  readonly sizeBytes: number;
  /** The element around the rows. */
  readonly root: string;
}

export interface DumpFiles {
  readonly users: DumpFile;
  readonly posts: DumpFile;
  readonly comments: DumpFile;
}

/** Throws a StartupError that names the missing and the present files. */
export function findDumpFiles(directory: string): DumpFiles {
  checkDirectory(directory);
  const names = ["Users.xml", "Posts.xml", "Comments.xml"];
  const missing = names.filter((name) => !statOrUndefined(join(directory, name))?.isFile());
  if (missing.length > 0) {
    const found = listing(directory);
    throw new StartupError(`${directory} must hold ${names.join(", ")}; ${missing.join(", ")} missing, found ${found}`);
  }
  return {
    users: dumpFile(directory, "Users.xml", "users"),
    posts: dumpFile(directory, "Posts.xml", "posts"),
    comments: dumpFile(directory, "Comments.xml", "comments"),
  };
}

function checkDirectory(directory: string): void {
  const stats = statOrUndefined(directory);
  if (stats?.isDirectory()) return;
  const found = stats === undefined ? "nothing" : "a file";
  throw new StartupError(`expected a directory with a Stack Exchange dump at "${directory}", found ${found} there`);
}

function dumpFile(directory: string, name: string, root: string): DumpFile {
  const path = join(directory, name);
  return { name, path, sizeBytes: statSync(path).size, root };
}

function statOrUndefined(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false });
}

/** The first names in the directory, for a message. */
function listing(directory: string): string {
  const shown = 10;
  const names = readdirSync(directory).sort();
  if (names.length === 0) return "an empty directory";
  const more = names.length > shown ? ` and ${names.length - shown} more` : "";
  return `${names.slice(0, shown).join(", ")}${more}`;
}
