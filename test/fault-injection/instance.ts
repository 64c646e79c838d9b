/** Instances of the real program that are killed and restarted. */
import type { Exit, LogLine, ServerProcess, Settings } from "../harness/process.js";
import { started } from "../process/started.js";
import { until } from "../subscriptions/inbox.js";

export class Instance {
  readonly name: string;
  readonly #settings: Settings;
  readonly #log: LogLine[] = [];
  #server: ServerProcess | undefined;

  /** `settings` must make it one of several, if there are several: a database of their own, a Redis. */
  constructor(name: string, settings: Settings) {
    this.name = name;
    this.#settings = settings;
  }

  /** Undefined while it is not ready. */
  get url(): string | undefined {
    return this.#server?.url;
  }

  /** What all its processes, up to now, logged as fatal: an error nobody caught, for example. */
  get fatalLines(): readonly LogLine[] {
    return [...this.#log, ...(this.#server?.log ?? [])].filter(({ level }) => Number(level) >= 60);
  }

  /** Resolves when it is ready. */
  async start(): Promise<void> {
    const server = await started({ DEMO: "off", ...this.#settings });
    // Nobody asked it to end when this happens while it is the present one.
    void server.exit.then((exit) => {
      if (this.#server === server) this.#log.push({ msg: `${this.name} ended by itself`, level: 60, ...exit });
    });
    this.#server = server;
  }

  /** Resolves when the process is gone. */
  async end(signal: "SIGKILL" | "SIGTERM"): Promise<Exit> {
    const server = this.#server;
    if (server === undefined) throw new Error(`${this.name} does not run`);
    this.#server = undefined;
    server.kill(signal);
    const exit = await server.exit;
    this.#log.push(...server.log);
    return exit;
  }
}

/** Starts instances one after the other: the processor is theirs and the tests'. */
export async function startInstances(count: number, settingsOf: (name: string) => Settings): Promise<Instance[]> {
  const instances = Array.from({ length: count }, (_, index) => {
    const name = `parley_${index + 1}`;
    return new Instance(name, settingsOf(name));
  });
  for (const instance of instances) await instance.start();
  return instances;
}

/** The first that is ready, in this order; waits until there is one. Rejects when `signal` is aborted. */
export async function firstReady(
  instances: readonly Instance[],
  signal?: AbortSignal,
): Promise<Instance & { readonly url: string }> {
  let found: Instance | undefined;
  await until(() => {
    signal?.throwIfAborted();
    found = instances.find(({ url }) => url !== undefined);
    return found !== undefined;
  });
  return found as Instance & { readonly url: string };
}
