/** One setting: its name, format, default and description. Parsers, the `Config` type and docs/settings.md derive from it. */

export type Environment = Readonly<Record<string, string | undefined>>;

/** What a default may depend on. */
export interface Surroundings {
  readonly production: boolean;
}

/** Reports a value that does not fit. Without `got` for a value that may hold a secret. */
export type Report = (expected: string, got?: string) => void;

export interface Format<T> {
  /** The accepted values, in Markdown. */
  readonly values: string;
  /** The value of a text that is not empty; undefined after a report. */
  readonly parse: (text: string, report: Report) => T | undefined;
}

/** A default that is not the same everywhere. */
export interface VaryingDefault<T> {
  /** In Markdown. */
  readonly documented: string;
  readonly valueIn: (surroundings: Surroundings) => T;
}

export class Setting<T> {
  constructor(
    readonly name: string,
    readonly format: Format<T>,
    readonly fallback: T | VaryingDefault<T>,
    /** What it does, in Markdown. */
    readonly description: string,
  ) {}

  /** The value in an environment. A value that does not fit adds to `problems` and reads as the default. */
  read(env: Environment, surroundings: Surroundings, problems: string[]): T {
    const text = textOf(env, this.name);
    const report: Report = (expected, got) => {
      problems.push(`${this.name} must be ${expected}${got === undefined ? "" : `, got "${got}"`}`);
    };
    const value = text === undefined ? undefined : this.format.parse(text, report);
    return value ?? this.defaultIn(surroundings);
  }

  defaultIn(surroundings: Surroundings): T {
    return isVarying(this.fallback) ? this.fallback.valueIn(surroundings) : this.fallback;
  }

  /** The default in Markdown. */
  get documentedDefault(): string {
    if (isVarying(this.fallback)) return this.fallback.documented;
    return textOfValue(this.fallback) || "none";
  }
}

/** Settings by the names of their values. */
export interface Definition {
  readonly [key: string]: Setting<unknown> | Definition;
}

/** The values of a definition. */
export type Values<D> = { readonly [K in keyof D]: D[K] extends Setting<infer T> ? T : Values<D[K]> };

export function setting<T>(
  name: string,
  format: Format<T>,
  fallback: NoInfer<T | VaryingDefault<T>>,
  description: string,
): Setting<T> {
  return new Setting(name, format, fallback, description);
}

/** A setting without a default: undefined, or as described. */
export function optional<T>(name: string, format: Format<T>, description: string, instead?: string) {
  const fallback = instead === undefined ? undefined : { documented: instead, valueIn: () => undefined };
  return new Setting<T | undefined>(name, format, fallback, description);
}

/** The value of a variable; an empty one counts as unset. */
export function textOf(env: Environment, name: string): string | undefined {
  return env[name]?.trim() || undefined;
}

/** A default as it would stand in the environment; empty when there is none. */
export function textOfValue(value: unknown): string {
  if (typeof value === "boolean") return value ? "on" : "off";
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

function isVarying<T>(fallback: T | VaryingDefault<T>): fallback is VaryingDefault<T> {
  return typeof fallback === "object" && fallback !== null && "valueIn" in fallback;
}
