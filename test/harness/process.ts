/** The real program as a child process: `node dist/…` with a clean environment. Whoever starts one closes it. */
import { type ChildProcess, spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export type Settings = Readonly<Record<string, string>>;

/** One line of the log. `msg` is always there; the rest depends on the line. */
export interface LogLine {
  readonly msg: string;
  readonly [field: string]: unknown;
}

export interface Exit {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface LaunchedProcess {
  readonly pid: number;
  /** Whole lines of standard output, as they came. */
  readonly output: readonly string[];
  /** Those of `output` that are JSON. */
  readonly log: readonly LogLine[];
  /** What it wrote to standard error until now. */
  errors(): string;
  /** Resolves with the first line of the log, past or to come, whose message contains `text`. Rejects when it ends before. */
  line(text: string): Promise<LogLine>;
  kill(signal: NodeJS.Signals): void;
  readonly exit: Promise<Exit>;
  /** Ends it at once if it still runs. */
  close(): Promise<void>;
}

export interface ServerProcess extends LaunchedProcess {
  /** Such as `http://127.0.0.1:43113`. */
  readonly url: string;
  /** From the start of the process to its ready line. */
  readonly readyMs: number;
}

export interface LaunchOptions {
  readonly settings?: Settings;
  /** Working directory. Default the repository. */
  readonly cwd?: string;
  /** What is run, from `dist/`. Default `main.js`. */
  readonly program?: string;
  /** Where `dist/` is. Default the one of this repository. */
  readonly dist?: string;
}

const ownDist = fileURLToPath(new URL("../../dist/", import.meta.url));

/** Starts `dist/main.js` on a free port and does not wait for it. */
export function launchServer({ settings, cwd, program = "main.js", dist }: LaunchOptions): LaunchedProcess {
  return launch([program], {
    settings: { PORT: "0", RATE_LIMIT: "off", ...settings },
    ...(cwd !== undefined && { cwd }),
    ...(dist !== undefined && { dist }),
  });
}

/** Starts `dist/main.js` and resolves when it says that it is ready. Rejects with what it said when it ends instead. */
export async function startServerProcess(options: LaunchOptions): Promise<ServerProcess> {
  const began = performance.now();
  const launched = launchServer(options);
  const { url } = await launched.line("Parley is ready");
  return { ...launched, url: String(url), readyMs: Math.round(performance.now() - began) };
}

type CommandName = "migrate" | "import" | "role" | "rotate-keys";

/** Starts `dist/commands/NAME.js` and does not wait for it. */
export function launchCommand(name: CommandName, words: readonly string[], settings: Settings): LaunchedProcess {
  return launch([`commands/${name}.js`, ...words], { settings });
}

/** Runs `dist/commands/NAME.js` to its end. */
export async function runCommandProcess(
  name: CommandName,
  words: readonly string[],
  settings: Settings,
): Promise<Exit & { readonly output: string; readonly errors: string }> {
  const launched = launchCommand(name, words, settings);
  const exit = await launched.exit;
  return { ...exit, output: launched.output.join("\n"), errors: launched.errors() };
}

function launch([script = "", ...words]: readonly string[], options: LaunchOptions): LaunchedProcess {
  const { settings, cwd, dist = ownDist } = options;
  const child = spawn(process.execPath, [join(dist, script), ...words], {
    cwd: cwd ?? fileURLToPath(new URL("../../", import.meta.url)),
    // Not "development": a `.env` in the checkout is the developer's own.
    env: { PATH: process.env.PATH ?? "", NODE_ENV: "test", ...settings },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const { output, log, line, errors, ended } = readOutput(child);
  return {
    pid: child.pid ?? 0,
    output,
    log,
    errors,
    line,
    kill: (signal) => void child.kill(signal),
    exit: ended,
    async close() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

function readOutput(child: ChildProcess) {
  const output: string[] = [];
  const log: LogLine[] = [];
  const news = new EventEmitter().setMaxListeners(0);
  let errors = "";
  let hasEnded = false;
  if (child.stdout === null || child.stderr === null) throw new Error("the child's output is piped");
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  createInterface({ input: child.stdout }).on("line", (text) => {
    output.push(text);
    const parsed = parseLine(text);
    if (parsed !== undefined) log.push(parsed);
    news.emit("news");
  });
  // "close" comes after the last of the output.
  const ended = once(child, "close").then(([code, signal]): Exit => {
    hasEnded = true;
    news.emit("news");
    return { code, signal };
  });

  async function line(text: string): Promise<LogLine> {
    for (;;) {
      const found = log.find(({ msg }) => msg.includes(text));
      if (found !== undefined) return found;
      if (hasEnded) throw new Error(`it ended without a line "${text}":\n${output.join("\n")}\n${errors}`);
      await once(news, "news");
    }
  }
  return { output, log, line, errors: () => errors, ended };
}

function parseLine(text: string): LogLine | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isLogLine(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isLogLine(value: unknown): value is LogLine {
  return typeof value === "object" && value !== null && "msg" in value && typeof value.msg === "string";
}
