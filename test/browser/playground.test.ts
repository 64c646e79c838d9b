import type { Browser } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { seedDemo } from "../../src/demo/seed.js";
import { startTestServer, type TestServer } from "../harness/server.js";
import { execute, launch, openPlayground, openTab, seeAnswer, setHeaders } from "./page.js";

let server: TestServer;
let browser: Browser;

beforeAll(async () => {
  server = await startTestServer({
    config: { playground: true },
    seed: async (database) => {
      await seedDemo(database, new Date());
    },
  });
  browser = await launch();
});
afterAll(async () => {
  await browser.close();
  await server.close();
});
beforeEach(() => expect(browser.isConnected()).toBe(true));

async function newContext() {
  return browser.newContext({ viewport: { width: 1440, height: 900 } });
}

test("a visitor opens the playground, runs the first example and sees posts", async () => {
  const { page, complaints } = await openPlayground(await newContext(), server.url);
  await execute(page);
  await seeAnswer(page, "Is this charger safe?");
  // The picture in the README: `README_PICTURE=docs/images/playground.png npm test -- playground`.
  if (process.env.README_PICTURE) await page.screenshot({ path: process.env.README_PICTURE });
  expect(complaints).toEqual([]);
});

test("the documentation pane shows the descriptions of the schema", async () => {
  const { page } = await openPlayground(await newContext(), server.url);
  await page.getByRole("button", { name: "Show Documentation Explorer" }).click();
  await page.locator(".graphiql-doc-explorer").getByText("users, posts and comments of a community").waitFor();
});

test("a post made in one tab appears in the subscription of another", async () => {
  const ada = await server.signUp("ada_browser");
  const context = await newContext();
  const subscriber = await openPlayground(context, server.url);
  await openTab(subscriber.page, "PostCreated");
  await execute(subscriber.page);
  await subscriber.page.getByRole("button", { name: /^Stop query/ }).waitFor();
  await expect.poll(() => server.live.engine.size.listeners, { timeout: 20_000 }).toBe(1);

  const writing = await openPlayground(context, server.url);
  await openTab(writing.page, "CreatePost");
  await setHeaders(writing.page, { authorization: `Bearer ${ada.token}` });
  await execute(writing.page);
  await seeAnswer(writing.page, "Hello, Parley");

  await seeAnswer(subscriber.page, "Hello, Parley");
  expect(subscriber.complaints).toEqual([]);
});

test("a browser gets the page, anything else the API, and in production nobody the page", async () => {
  const asBrowser = { headers: { accept: "text/html" } };
  const page = await fetch(`${server.url}/graphql`, asBrowser);
  expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
  expect(page.headers.get("content-security-policy")).toContain("default-src 'self'");
  const asset = await fetch(`${server.url}/graphql/assets/nothing.js`);
  expect(asset.status).toBe(404);

  const production = await startTestServer({ config: { playground: false } });
  expect((await fetch(`${production.url}/graphql`, asBrowser)).headers.get("content-type")).toContain(
    "application/json",
  );
  await production.close();
});
