/** What is not a dump, and dumps that are damaged: one clear message, and nothing wrong in the database. */
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { importDump } from "../../src/import/import-dump.js";
import { namespaceOf } from "../../src/import/sources.js";
import { openTestDatabase } from "../harness/database.js";
import { question, temporaryDirectory, user, writeDump, xml } from "./dump.js";

const database = await openTestDatabase();
const { prisma } = database;
afterAll(() => database.close());
beforeEach(async () => {
  await prisma.user.deleteMany();
  await prisma.post.deleteMany();
});

const run = (directory: string, namespace = "site") => importDump({ prisma, directory, namespace, batchSize: 1 });

describe("before anything is written", () => {
  it("refuses a directory that is not there", async () => {
    const message = 'expected a directory with a Stack Exchange dump at "/no/such", found nothing there';
    await expect(run("/no/such")).rejects.toThrow(message);
  });

  it("refuses a file in place of the directory", async () => {
    const file = join(await writeDump({}), "Users.xml");
    await expect(run(file)).rejects.toThrow("found a file there");
  });

  it("names the files that are missing and what is there", async () => {
    const directory = await writeDump({ users: [user(1)] });
    await rm(join(directory, "Posts.xml"));
    const message = "must hold Users.xml, Posts.xml, Comments.xml; Posts.xml missing, found Comments.xml, Users.xml";
    await expect(run(directory)).rejects.toThrow(message);
    expect(await prisma.user.count()).toBe(0);
    await expect(run(await temporaryDirectory())).rejects.toThrow("found an empty directory");
  });

  it("makes a name for the site out of any directory's name", () => {
    const names = ["history-meta", "My Dump (2018)", "history.stackexchange.com", "..", "", "Été"].map(namespaceOf);
    expect(names).toEqual(["history-meta", "my-dump-2018", "history.stackexchange.com", "import", "import", "t"]);
  });

  it("refuses a name for the site that cannot begin a source", async () => {
    const directory = await writeDump({});
    await expect(run(directory, "a:b")).rejects.toThrow('beginning with a letter or digit, got "a:b"');
  });
});

describe("damaged files", () => {
  it("names the file and the line of malformed XML, and keeps what came before", async () => {
    const directory = await writeDump({ users: [user(1)] });
    const file = join(directory, "Posts.xml");
    const good = xml("posts", [question(1)]);
    await writeFile(file, good.replace("</posts>", '  <row Id="2" Body="a < b" />\n</posts>'));
    await expect(run(directory)).rejects.toThrow(`${file}:4: malformed XML: `);
    expect(await prisma.user.count()).toBe(1);
    await writeFile(file, good);
    await expect(run(directory)).resolves.toMatchObject({ counts: { questions: { created: 1 } } });
  });

  it("notices a file that was cut short", async () => {
    const directory = await writeDump({});
    const file = join(directory, "Comments.xml");
    await writeFile(file, xml("comments", []).replace("</comments>", ""));
    await expect(run(directory)).rejects.toThrow(`${file}:4: malformed XML: unclosed tag: comments`);
    await writeFile(file, "");
    await expect(run(directory)).rejects.toThrow(`${file}:1: malformed XML: document must contain a root element`);
  });

  it("notices another file under the name", async () => {
    const directory = await writeDump({});
    await writeFile(join(directory, "Users.xml"), xml("badges", []));
    await expect(run(directory)).rejects.toThrow("Users.xml:2: expected <users>, got <badges>");
  });

  it("reads a file without a byte order mark and with references cut by the pieces it is read in", async () => {
    const piecesBytes = 65_536;
    const name = "&amp;&#233;".repeat(3);
    const row = `<row Id="1" DisplayName="${name}" CreationDate="2012-01-02T03:04:05" />`;
    for (let shift = 0; shift < 14; shift += 1) {
      await prisma.user.deleteMany();
      const directory = await writeDump({});
      const head = "<users>".padEnd(piecesBytes - row.indexOf("&") - shift, " ");
      await writeFile(join(directory, "Users.xml"), `${head}${row}</users>`);
      await run(directory);
      expect((await prisma.user.findFirst())?.name).toBe("&é&é&é");
    }
  });
});

describe("interruption", () => {
  it("stops between two batches when aborted", async () => {
    const directory = await writeDump({ users: [user(1), user(2), user(3)] });
    const reason = new Error("stopped");
    const signal = AbortSignal.abort(reason);
    await expect(importDump({ prisma, directory, namespace: "site", signal })).rejects.toBe(reason);
    expect(await prisma.user.count()).toBe(0);
  });
});
