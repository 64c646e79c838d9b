/** Names that every object inherits, in a dump: attributes, values and elements are taken as any other. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { importDump } from "../../src/import/import-dump.js";
import { openTestDatabase } from "../harness/database.js";
import { comment, question, user, writeDump, xml } from "./dump.js";

const database = await openTestDatabase();
const { prisma } = database;
afterAll(() => database.close());

/** `{ [name]: value }` is an own member even for `__proto__`. */
const attribute = (name: string) => Object.fromEntries([[name, "a"]]);

const doors: Record<string, (name: string) => Promise<string>> = {
  "attributes of rows": (name) =>
    writeDump({
      users: [{ ...user(1), ...attribute(name) }],
      posts: [{ ...question(1), ...attribute(name) }],
      comments: [{ ...comment(1, 1), ...attribute(name) }],
    }),
  "the type of a post": (name) => writeDump({ posts: [question(1, { PostTypeId: name }), question(2)] }),
  "the name of a user": (name) => writeDump({ users: [user(1, { DisplayName: name })] }),
  "an author's id": (name) => writeDump({ posts: [question(1, { OwnerUserId: name })] }),
  "an element beside the rows": async (name) => {
    const directory = await writeDump({ users: [user(1)] });
    await writeFile(
      join(directory, "Users.xml"),
      xml("users", [user(1)]).replace("</users>", `<${name} Id="2" /></users>`),
    );
    return directory;
  },
  "the element around the rows": async (name) => {
    const directory = await writeDump({});
    await writeFile(join(directory, "Users.xml"), xml(name, [user(1)]));
    return directory;
  },
};

/** What an import of it comes to, in an empty database. */
async function outcome(door: (name: string) => Promise<string>, name: string): Promise<string> {
  await prisma.user.deleteMany();
  await prisma.post.deleteMany();
  const directory = await door(name);
  const report = importDump({ prisma, directory, namespace: "site" });
  const { counts, rejected } = await report.catch((error: Error) => ({ counts: error.message, rejected: [] }));
  return JSON.stringify({ counts, rejected }).replaceAll(directory, "").replaceAll(name, "«name»");
}

describe.each(Object.entries(doors))("%s", (_, door) => {
  test.each([...Object.getOwnPropertyNames(Object.prototype), "prototype"])("%s", async (name) => {
    expect(await outcome(door, name)).toBe(await outcome(door, "plainName"));
  });
});
