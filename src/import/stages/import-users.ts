/** Imports Users.xml as accounts without sign-in. */
import type { PrismaClient } from "../../generated/prisma/client.js";
import { lengths } from "../../services/input.js";
import type { DumpFile } from "../read/dump-files.js";
import type { RowFields } from "../read/row-fields.js";
import { sourceOf } from "../sources.js";
import { withFreeHandles } from "../write/assign-handles.js";
import { inTransaction, type Transaction } from "../write/transaction.js";
import type { DumpRow, Stage } from "./stage.js";

interface DumpUser extends DumpRow {
  readonly name: string;
  readonly createdAt: Date;
}

export function usersStage(prisma: PrismaClient, namespace: string, file: DumpFile): Stage<DumpUser, DumpUser> {
  return {
    kind: "users",
    file,
    read: (fields) => readUser(fields, namespace),
    existing: (sources) => existingUsers(prisma, sources),
    prepare: async (rows) => ({ accepted: rows, rejected: [] }),
    async save(rows) {
      const created = await inTransaction(prisma, (tx) => insertUsers(tx, rows));
      return { created, rejected: [] };
    },
  };
}

function readUser(fields: RowFields, namespace: string): DumpUser {
  const id = fields.number("Id");
  return {
    id,
    line: fields.lineNumber,
    source: sourceOf(namespace, "user", id),
    name: displayName(fields, id),
    createdAt: fields.date("CreationDate"),
  };
}

/** An account without a name gets the name that Stack Exchange shows: user12. */
function displayName(fields: RowFields, id: number): string {
  const name = fields.written("DisplayName") === undefined ? "" : fields.line("DisplayName");
  return name === "" ? `user${id}` : Array.from(name).slice(0, lengths.name.most).join("");
}

async function existingUsers(client: Transaction, sources: string[]): Promise<ReadonlySet<string>> {
  const users = await client.user.findMany({ where: { source: { in: sources } }, select: { source: true } });
  return new Set(users.flatMap(({ source }) => source ?? []));
}

/** Inserts the rows. A row whose handle is taken before it is inserted waits for the next round. */
async function insertUsers(tx: Transaction, rows: readonly DumpUser[]): Promise<number> {
  const maxRounds = 5;
  let waiting = rows;
  let created = 0;
  for (let round = 0; round < maxRounds; round += 1) {
    created += await insertWithHandles(tx, waiting);
    if (created === rows.length) return created;
    const existing = await existingUsers(
      tx,
      waiting.map((row) => row.source),
    );
    waiting = waiting.filter((row) => !existing.has(row.source));
    if (waiting.length === 0) return created;
  }
  const names = waiting.map((row) => row.source).join(", ");
  throw new Error(`no free handle in ${maxRounds} rounds for ${names}; run the import again`);
}

async function insertWithHandles(tx: Transaction, rows: readonly DumpUser[]): Promise<number> {
  const named = await withFreeHandles(tx, rows);
  const data = named.map(({ handle, handleSkeleton, name, createdAt, source }) => {
    return { handle, handleSkeleton, name, createdAt, updatedAt: createdAt, source };
  });
  const { count } = await tx.user.createMany({ data, skipDuplicates: true });
  return count;
}
