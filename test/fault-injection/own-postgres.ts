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
  return startCluster(programs, async (program, data) => {
    await program("initdb", "-D", data, "-A", "trust", "-U", "postgres", "--no-sync", "--locale=C", "-E", "UTF8");
    await appendFile(join(data, "postgresql.conf"), settings);
  });
}

/** A streaming replica of `primary`, which follows it from now on. */
export async function startReplica(programs: string, primary: OwnPostgres): Promise<OwnPostgres> {
  return startCluster(programs, async (program, data) => {
    await program("pg_basebackup", "-D", data, "-d", primary.url, "-R", "-X", "stream", "-c", "fast", "--no-sync");
  });
}

type Program = (name: string, ...words: string[]) => Promise<unknown>;

/** `make` makes its files in the directory `data`. */
async function startCluster(
  programs: string,
  make: (program: Program, data: string) => Promise<void>,
): Promise<OwnPostgres> {
  const port = await freePort();
  const user = await ownerOfPostgres();
  const directory = await mkdtemp(join(tmpdir(), "parley-postgres-"));
  if (user !== undefined) await chown(directory, user.uid, user.gid);
  const data = join(directory, "data");
  const program: Program = (name, ...words) => run(join(programs, name), words, { ...user, cwd: directory });

  const start = async () =>
    void (await program("pg_ctl", "start", "-D", data, "-w", "-s", "-l", join(directory, "log"), "-o", `-p ${port}`));
  const crash = async () => void (await program("pg_ctl", "stop", "-D", data, "-w", "-s", "-m", "immediate"));
  onTestFinished(async () => {
    await crash().catch(() => undefined);
    await rm(directory, { recursive: true, force: true, maxRetries: 3 });
  });
  await make(program, data);
  await start();
  return { url: `postgresql://postgres@127.0.0.1:${port}/postgres`, crash, start };
}

async function ownerOfPostgres(): Promise<{ readonly uid: number; readonly gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const [uid, gid] = await Promise.all([run("id", ["-u", "postgres"]), run("id", ["-g", "postgres"])]);
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
}
