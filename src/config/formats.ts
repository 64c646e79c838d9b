/** Formats of settings: parse a text, or report the expected form. No report repeats a value that may hold a secret. */
import ipaddr from "ipaddr.js";
import type { Format } from "./setting.js";

/** A sender of inbound webhooks. */
export interface WebhookSource {
  /** Stands in the path: `/webhooks/NAME`. */
  readonly name: string;
  /** How it signs: as Standard Webhooks 1.0 has it, or with GitHub's `X-Hub-Signature-256`. */
  readonly kind: "standard" | "github";
  readonly secret: string;
}

/** An external issuer whose tokens are accepted. */
export interface TrustedIssuer {
  /** The `iss` of its tokens, to the letter. */
  readonly issuer: string;
  /** One of these must be their `aud`. */
  readonly audiences: readonly string[];
}

export const text: Format<string> = { values: "text", parse: (value) => value };

export const path: Format<string> = { values: "a path", parse: (value) => value };

export function integer(min: number, max: number): Format<number> {
  return {
    values: `${min}–${max}`,
    parse: (value, report) => {
      if (isWhole(value, min, max)) return Number(value);
      report(`a whole number from ${min} to ${max}`, value);
    },
  };
}

export function choice<const T extends string>(...choices: readonly T[]): Format<T> {
  return {
    values: choices.map((each) => `\`${each}\``).join(", "),
    parse: (value, report) => {
      const found = choices.find((each) => each === value);
      if (found === undefined) report(`one of ${choices.join(", ")}`, value);
      return found;
    },
  };
}

/** A choice of two, as a boolean: whether it is the first. */
export function either(yes: string, ...others: readonly string[]): Format<boolean> {
  const { values, parse } = choice(yes, ...others);
  return {
    values,
    parse: (value, report) => {
      const found = parse(value, report);
      return found === undefined ? undefined : found === yes;
    },
  };
}

export const onOff = either("on", "off");

export function url(protocols: readonly string[], example: string): Format<string> {
  return {
    values: "a URL",
    parse: (value, report) => {
      if (hasProtocol(value, protocols)) return value;
      report(`a URL such as ${example}`);
    },
  };
}

export function urls(protocols: readonly string[], example: string): Format<readonly string[]> {
  return {
    values: "URLs",
    parse: (value, report) => {
      const parts = split(value);
      if (parts.every((each) => hasProtocol(each, protocols))) return parts;
      report(`URLs such as ${example}, separated by commas`);
    },
  };
}

/** 256 bits. */
export const key: Format<Buffer> = {
  values: "32 bytes in base64",
  parse: (value, report) => {
    const bytes = Buffer.from(value, "base64");
    if (bytes.length === 32 && /^[\w+/-]{43}=?$/.test(value)) return bytes;
    report("32 bytes in base64, such as the output of `openssl rand -base64 32`");
  },
};

export function secret(minLength: number): Format<string> {
  return {
    values: `${minLength} characters or more`,
    parse: (value, report) => {
      if (value.length >= minLength) return value;
      report(`at least ${minLength} characters`);
    },
  };
}

export const origins = listOf("origins", "origins such as https://example.org", (value) => {
  return URL.canParse(value) && new URL(value).origin === value;
});

export const networks = listOf("networks", "networks such as 10.0.0.0/8", (value) => ipaddr.isValidCIDR(value));

export const addresses = listOf("addresses, networks", "addresses or networks such as 10.0.0.0/8", (value) => {
  return value.includes("/") ? ipaddr.isValidCIDR(value) : ipaddr.isValid(value);
});

/** `NAME=whsec_…` or `NAME=github:…`. */
export const sources: Format<readonly WebhookSource[]> = {
  values: "`NAME=SECRET`s",
  parse: (value, report) =>
    split(value).flatMap((each): WebhookSource[] => {
      const [, name = "", github, secret = ""] = /^([a-z0-9-]{1,40})=(github:)?(.{16,})$/.exec(each) ?? [];
      if (name !== "" && github !== undefined) return [{ name, kind: "github", secret }];
      if (/^whsec_[\w+/]{22,}={0,2}$/.test(secret)) return [{ name, kind: "standard", secret }];
      const expected = "sources such as billing=whsec_… or github=github:SECRET, separated by commas";
      report(`${expected}, with secrets of 16 characters or more`);
      return [];
    }),
};

/** `https://id.example.org=AUDIENCE`; several audiences of one issuer are several of these. */
export const issuers: Format<readonly TrustedIssuer[]> = {
  values: "`URL=AUDIENCE`s",
  parse: (value, report) => {
    const audiences = new Map<string, string[]>();
    for (const each of split(value)) {
      const [, issuer = "", audience = ""] = /^([^\s=?#]+)=(\S+)$/.exec(each) ?? [];
      if (URL.canParse(issuer) && isTrustworthy(new URL(issuer))) {
        audiences.set(issuer, [...(audiences.get(issuer) ?? []), audience]);
        continue;
      }
      const expected = "issuers such as https://id.example.org=AUDIENCE, separated by commas";
      report(`${expected}, with https except on this machine`, each);
    }
    return [...audiences].map(([issuer, each]) => ({ issuer, audiences: each }));
  },
};

/** Whether its answers cannot be changed on the way: over TLS, or on this machine. */
export function isTrustworthy({ protocol, hostname, username, password }: URL): boolean {
  if (username !== "" || password !== "") return false;
  if (protocol === "https:") return true;
  return protocol === "http:" && ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
}

function listOf(values: string, expected: string, isRight: (value: string) => boolean): Format<readonly string[]> {
  return {
    values,
    parse: (value, report) =>
      split(value).filter((each) => {
        if (isRight(each)) return true;
        report(`${expected}, separated by commas`, each);
        return false;
      }),
  };
}

/** Values with commas between. */
function split(list: string): string[] {
  return list
    .split(",")
    .map((value) => value.trim())
    .filter((value) => value !== "");
}

function hasProtocol(value: string, protocols: readonly string[]): boolean {
  return URL.canParse(value) && protocols.includes(new URL(value).protocol);
}

function isWhole(value: string, min: number, max: number): boolean {
  const number = Number(value);
  return /^\d+$/.test(value) && number >= min && number <= max;
}
