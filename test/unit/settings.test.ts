/** Settings: all problems reported at once, without secrets. */
import { describe, expect, it } from "vitest";
import { readConfig } from "../../src/config/config.js";
import { StartupError } from "../../src/errors.js";

/** The lines of the message, without its first. */
function problems(env: Record<string, string>): string[] {
  try {
    readConfig(env);
  } catch (error) {
    if (!(error instanceof StartupError)) throw error;
    const [first, ...rest] = error.message.split("\n");
    expect(first).toBe("Invalid settings:");
    return rest.map((line) => line.trim());
  }
  return [];
}

it("have defaults that run on one machine, reached by nobody else", () => {
  expect(readConfig({})).toMatchObject({
    port: 4000,
    host: "127.0.0.1",
    databaseUrl: undefined,
    dataDir: ".parley",
    production: false,
    logLevel: "info",
    playground: true,
    introspection: true,
    demo: true,
    compiledExecution: true,
    accessTokenSeconds: 900,
    refreshTokenDays: 30,
    bodyLimitBytes: 1_048_576,
  });
});

it("close the playground and the schema in production, unless enabled", () => {
  const production = readConfig({ NODE_ENV: "production" });
  expect(production).toMatchObject({ production: true, playground: false, introspection: false });
  const opened = readConfig({ NODE_ENV: "production", PLAYGROUND: "on", INTROSPECTION: "on" });
  expect(opened).toMatchObject({ playground: true, introspection: true });
});

it("leave execution to graphql-js when COMPILED_EXECUTION is off", () => {
  expect(readConfig({ COMPILED_EXECUTION: "off" }).compiledExecution).toBe(false);
  expect(problems({ COMPILED_EXECUTION: "false" })).toEqual(['COMPILED_EXECUTION must be one of on, off, got "false"']);
});

it("that are empty or white space count as unset", () => {
  expect(readConfig({ PORT: "", HOST: "  ", DATABASE_URL: "", LOG_LEVEL: "\n" })).toEqual(readConfig({}));
  expect(readConfig({ PORT: " 5000 " }).port).toBe(5000);
});

it("are read from what is given, and from nothing else", () => {
  process.env.PORT = "1";
  expect(readConfig({}).port).toBe(4000);
  delete process.env.PORT;
});

it("that are invalid are all reported at once, in one message", () => {
  const reported = problems({
    PORT: "65536",
    LOG_LEVEL: "loud",
    NODE_ENV: "prod",
    PLAYGROUND: "yes",
    ACCESS_TOKEN_SECONDS: "9",
    REFRESH_TOKEN_DAYS: "1.5",
    DATABASE_URL: "mysql://localhost/parley",
    BODY_LIMIT_BYTES: "1 MiB",
  });
  expect(reported.sort()).toEqual([
    'ACCESS_TOKEN_SECONDS must be a whole number from 10 to 86400, got "9"',
    'BODY_LIMIT_BYTES must be a whole number from 1024 to 104857600, got "1 MiB"',
    "DATABASE_URL must be a URL such as postgresql://user:password@host:5432/database",
    'LOG_LEVEL must be one of trace, debug, info, warn, error, fatal, silent, got "loud"',
    'NODE_ENV must be one of production, development, test, got "prod"',
    'PLAYGROUND must be one of on, off, got "yes"',
    'PORT must be a whole number from 0 to 65535, got "65536"',
    'REFRESH_TOKEN_DAYS must be a whole number from 1 to 365, got "1.5"',
  ]);
});

describe("issuers of others", () => {
  it("are trusted for the audiences given, over TLS or on this machine", () => {
    const AUTH_ISSUERS =
      "https://id.example.org/=app, http://127.0.0.1:9000/realms/x=a=b,https://id.example.org/=other";
    expect(readConfig({ AUTH_ISSUERS }).authIssuers).toEqual([
      { issuer: "https://id.example.org/", audiences: ["app", "other"] },
      { issuer: "http://127.0.0.1:9000/realms/x", audiences: ["a=b"] },
    ]);
    expect(readConfig({}).authIssuers).toEqual([]);
  });

  it.each([
    "https://id.example.org",
    "https://id.example.org=",
    "http://id.example.org=app",
    "https://ada:secret@id.example.org=app",
    "https://id.example.org?x=app",
    "id.example.org=app",
    "=app",
  ])("are not %s", (AUTH_ISSUERS) => {
    expect(problems({ AUTH_ISSUERS })).toEqual([
      `AUTH_ISSUERS must be issuers such as https://id.example.org=AUDIENCE, separated by commas, with https except on this machine, got "${AUTH_ISSUERS}"`,
    ]);
  });

  it("are not ourselves", () => {
    const env = { AUTH_ISSUER: "https://id.example.org", AUTH_ISSUERS: "https://id.example.org=app" };
    expect(problems(env)).toEqual(["AUTH_ISSUERS must not contain AUTH_ISSUER, this server's own issuer"]);
  });
});

describe("the addresses of replicas", () => {
  const DATABASE_URL = "postgresql://h/d";

  it("are none, one or several", () => {
    const replicas = (DATABASE_REPLICA_URLS: string) =>
      readConfig({ DATABASE_URL, DATABASE_REPLICA_URLS }).databaseReplicaUrls;
    expect(replicas("")).toEqual([]);
    expect(replicas("postgresql://a/d")).toEqual(["postgresql://a/d"]);
    expect(replicas(" postgresql://a/d, postgres://b/d ,")).toEqual(["postgresql://a/d", "postgres://b/d"]);
  });

  it("are not repeated when one is wrong, for it may hold a password", () => {
    const reported = problems({ DATABASE_URL, DATABASE_REPLICA_URLS: "postgresql://a/d,mysql://u:hunter2@b/d" });
    expect(reported).toEqual([expect.stringMatching(/^DATABASE_REPLICA_URLS must be URLs such as postgresql:/)]);
    expect(reported.join()).not.toContain("hunter2");
  });

  it("are for PostgreSQL: the embedded database has none", () => {
    expect(problems({ DATABASE_REPLICA_URLS: "postgresql://a/d" })).toEqual([
      "DATABASE_REPLICA_URLS requires DATABASE_URL: the embedded database has no replicas",
    ]);
  });
});

describe("a number", () => {
  it.each(["-1", "1e3", "0x10", "4000.0", "٤", "4_000", "+1", "NaN", "Infinity", "9".repeat(400)])(
    "is not %s",
    (PORT) => {
      expect(problems({ PORT })).toEqual([`PORT must be a whole number from 0 to 65535, got "${PORT}"`]);
    },
  );

  it.each(["0", "65535", "00080"])("may be %s", (PORT) => {
    expect(readConfig({ PORT }).port).toBe(Number(PORT));
  });
});

describe("the address of a database", () => {
  it.each(["postgres://h/d", "postgresql://u:p@h:1/d?sslmode=require", "POSTGRESQL://h/d"])(
    "may be %s",
    (DATABASE_URL) => {
      expect(readConfig({ DATABASE_URL }).databaseUrl).toBe(DATABASE_URL);
    },
  );

  it.each([
    "mysql://user:hunter2@host/db",
    "user:hunter2@host:5432/db",
    "postgresql//user:hunter2@host/db",
    "http://user:hunter2@host",
    "postgresql://user:hunter2@host:port/db",
    "hunter2",
  ])("is not repeated when it is wrong, for it may hold a password: %s", (url) => {
    for (const name of ["DATABASE_URL", "REDIS_URL"]) {
      const reported = problems({ [name]: url });
      expect(reported).toEqual([expect.stringMatching(new RegExp(`^${name} must be a URL such as `))]);
      expect(reported.join()).not.toContain("hunter2");
    }
  });
});

describe("a password of the database, in production", () => {
  const production = (settings: Record<string, string>) => problems({ NODE_ENV: "production", ...settings });
  const strong = "Rk2-vQ9xTz_7w";

  it.each([
    "postgresql://parley@db/parley",
    "postgresql://parley:short@db/parley",
    "postgresql://parley:passwordpassword@db/parley",
    "postgresql://parley:changeme1234@db.example.org/parley",
  ])("is refused when it is missing or weak: %s", (DATABASE_URL) => {
    const reported = production({ DATABASE_URL });
    expect(reported).toEqual([
      expect.stringMatching(/^DATABASE_URL must be a URL with a password of 12 characters or more/),
    ]);
    expect(reported.join()).not.toContain("changeme");
    expect(problems({ DATABASE_URL })).toEqual([]);
  });

  it.each([
    `postgresql://parley:${strong}@db/parley`,
    "postgresql://parley@127.0.0.1/parley",
    "postgresql://parley@localhost/parley",
    "postgresql:///parley?host=/var/run/postgresql",
    "postgresql://parley@db/parley?sslcert=/run/client.pem",
  ])("is taken when it is strong, or when none travels: %s", (DATABASE_URL) => {
    expect(production({ DATABASE_URL })).toEqual([]);
  });

  it("may come in PGPASSWORD", () => {
    const DATABASE_URL = "postgresql://parley@db/parley";
    expect(production({ DATABASE_URL, PGPASSWORD: strong })).toEqual([]);
    expect(production({ DATABASE_URL, PGPASSWORD: "secret" })).toHaveLength(1);
  });

  it("of Redis may be missing, but not weak", () => {
    expect(production({ REDIS_URL: "redis://redis" })).toEqual([]);
    expect(production({ REDIS_URL: `rediss://:${strong}@redis` })).toEqual([]);
    expect(production({ REDIS_URL: "redis://:redis@redis" })).toHaveLength(1);
  });
});

it("of proxies are addresses and networks", () => {
  expect(readConfig({ TRUSTED_PROXIES: "10.0.0.0/8, ::1,192.0.2.1" }).trustedProxies).toEqual([
    "10.0.0.0/8",
    "::1",
    "192.0.2.1",
  ]);
  expect(problems({ TRUSTED_PROXIES: "10.0.0.0/33" })).toEqual([
    'TRUSTED_PROXIES must be addresses or networks such as 10.0.0.0/8, separated by commas, got "10.0.0.0/33"',
  ]);
});
describe("what webhooks need", () => {
  const secret = `whsec_${Buffer.alloc(24, 1).toString("base64")}`;

  it("is off for networks and sources, until named", () => {
    expect(readConfig({})).toMatchObject({ worker: "on", webhookAllowNetworks: [], webhookSources: [] });
    const named = {
      WEBHOOK_ALLOW_NETWORKS: "10.0.0.0/8, ::1/128",
      WEBHOOK_SOURCES: `a=${secret}, b-2=github:0123456789abcdef`,
    };
    expect(readConfig(named)).toMatchObject({
      webhookAllowNetworks: ["10.0.0.0/8", "::1/128"],
      webhookSources: [
        { name: "a", kind: "standard", secret },
        { name: "b-2", kind: "github", secret: "0123456789abcdef" },
      ],
    });
  });

  it.each([
    ["SECRETS_KEY", "hunter2"],
    ["SECRETS_KEY", Buffer.alloc(31).toString("base64")],
    ["WEBHOOK_SOURCES", "a=hunter2-hunter2-hunter2"],
    ["WEBHOOK_SOURCES", "Not/a/name=github:hunter2-hunter2"],
    ["WEBHOOK_SOURCES", "a=github:hunter2"],
    ["METRICS_TOKEN", "hunter2"],
  ])("is not repeated when %s is wrong, for it is a secret: %s", (name, value) => {
    const reported = problems({ [name]: value });
    expect(reported).toEqual([expect.stringMatching(new RegExp(`^${name} must be `))]);
    expect(reported.join()).not.toContain(value);
  });

  it.each(["10.0.0.0", "10.0.0.0/33", "everything"])("reports what is not a network: %s", (network) => {
    const [reported] = problems({ WEBHOOK_ALLOW_NETWORKS: network });
    expect(reported).toBe(
      `WEBHOOK_ALLOW_NETWORKS must be networks such as 10.0.0.0/8, separated by commas, got "${network}"`,
    );
  });
});
