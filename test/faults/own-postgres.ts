/** A PostgreSQL of the test's own, in a temporary directory, which it may stop as if it had crashed. */
import { execFile } from "node:child_process";
import { appendFile, chown, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { onTestFinished } from "vitest";
import { freePort } from "./free-port.js";

const run = promisify(execFile);

export interface OwnPostgres {
  readonly url: string;
  /** Every process of it ends at once, without a checkpoint: the next start recovers from the write-ahead log. */
  crash(): Promise<void>;
  /** On the same port; resolves when it takes connections. */
  start(): Promise<void>;
}

/**
 * fsync is off: the machine does not crash here, and what a process has written is the kernel's. The rest of what makes
 * a commit durable is as PostgreSQL has it.
 */
const settings = `
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 60
shared_buffers = 32MB
fsync = off
`;

/** `programs` is the directory of initdb and pg_ctl. PostgreSQL does not run as root: root starts it as `postgres`. */
export async function startPostgres(programs: string): Promise<OwnPostgres> {
  const port = await freePort();
  const user = await ownerOfPostgres();
  const directory = await mkdtemp(join(tmpdir(), "parley-postgres-"));
  if (user !== undefined) await chown(directory, user.uid, user.gid);
  const data = join(directory, "data");
  const program = (name: string, ...words: string[]) =>
    run(join(programs, name), ["-D", data, ...words], { ...user, cwd: directory });

  const start = async () =>
    void (await program("pg_ctl", "start", "-w", "-s", "-l", join(directory, "log"), "-o", `-p ${port}`));
  const crash = async () => void (await program("pg_ctl", "stop", "-w", "-s", "-m", "immediate"));
  onTestFinished(async () => {
    await crash().catch(() => undefined);
    await rm(directory, { recursive: true, force: true, maxRetries: 3 });
  });
  await program("initdb", "-A", "trust", "-U", "postgres", "--no-sync", "--locale=C", "-E", "UTF8");
  await appendFile(join(data, "postgresql.conf"), settings);
  await start();
  return { url: `postgresql://postgres@127.0.0.1:${port}/postgres`, crash, start };
}

async function ownerOfPostgres(): Promise<{ readonly uid: number; readonly gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const [uid, gid] = await Promise.all([run("id", ["-u", "postgres"]), run("id", ["-g", "postgres"])]);
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
}
