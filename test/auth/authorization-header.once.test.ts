/** Forms of the `Authorization` header (RFC 6750), and responses to malformed ones. */
import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Account, startTestServer, type TestServer } from "../harness/server.js";

let server: TestServer;
let ada: Account;
beforeAll(async () => {
  server = await startTestServer();
  ada = await server.signUp("ada");
});
afterAll(() => server.close());

const body = JSON.stringify({ query: "{ viewer { handle } }" });

/** node:http, for fetch trims what is sent. */
function ask(authorization: string | string[] | undefined, method = "POST") {
  const headers = { "content-type": "application/json" };
  const path = method === "GET" ? `?query=${encodeURIComponent("{ viewer { handle } }")}` : "";
  return new Promise<{ status: number | undefined; challenge: string | undefined; body: unknown }>(
    (resolve, reject) => {
      const sent = request(`${server.url}/graphql${path}`, { method, headers }, async (answer) => {
        const text = Buffer.concat(await answer.toArray()).toString();
        resolve({ status: answer.statusCode, challenge: answer.headers["www-authenticate"], body: JSON.parse(text) });
      });
      if (authorization !== undefined) sent.setHeader("authorization", authorization);
      sent.on("error", reject).end(method === "POST" ? body : undefined);
    },
  );
}

const asAda = { status: 200, challenge: undefined, body: { data: { viewer: { handle: "ada" } } } };

describe("the header", () => {
  it("may be left out by a visitor", async () => {
    expect(await ask(undefined)).toEqual({ status: 200, challenge: undefined, body: { data: { viewer: null } } });
  });

  it("names its scheme in any case, and more than one space may follow", async () => {
    for (const scheme of ["Bearer ", "bearer ", "BEARER ", "Bearer   "])
      expect(await ask(`${scheme}${ada.token}`)).toEqual(asAda);
    expect(await ask(`Bearer ${ada.token}`, "GET")).toEqual(asAda);
  });

  it.each([
    ["empty", () => ""],
    ["a scheme alone", () => "Bearer"],
    ["a scheme and a space", () => "Bearer "],
    ["a token alone", () => ada.token],
    ["another scheme", () => "Basic YWRhOnBhc3N3b3Jk"],
    ["another scheme with our token", () => `Token ${ada.token}`],
    ["a scheme that runs into its token", () => `Bearer${ada.token}`],
    ["two tokens", () => `Bearer ${ada.token} ${ada.token}`],
    ["two tokens with a comma", () => `Bearer ${ada.token}, Bearer ${ada.token}`],
    ["a token in quotes", () => `Bearer "${ada.token}"`],
    ["a token with a parameter", () => `Bearer token=${ada.token},x`],
    ["no ASCII", () => "Bearer ädä"],
  ])("is refused when it is %s", async (_, header) => {
    for (const method of ["POST", "GET"]) {
      const answer = await ask(header(), method);
      const message = "The authorization header must be of the form: Bearer <access token>.";
      const errors = [{ message, extensions: { code: "UNAUTHENTICATED" } }];
      expect(answer).toEqual({ status: 401, challenge: "Bearer", body: { errors } });
    }
  });

  it("is refused when its token is bad, also where nobody need sign in, and nothing is executed", async () => {
    const answer = await ask("Bearer a.b.c");
    expect(answer).toMatchObject({
      status: 401,
      challenge: "Bearer",
      body: { errors: [{ extensions: { code: "UNAUTHENTICATED" } }] },
    });
    expect(answer.body).not.toHaveProperty("data");
  });

  it("counts once when it comes twice", async () => {
    expect(await ask([`Bearer ${ada.token}`, "Bearer a.b.c"])).toEqual(asAda);
  });
});
