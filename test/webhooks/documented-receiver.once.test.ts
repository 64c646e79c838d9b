/** The receiver in docs/webhooks.md, run unchanged on another port. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { freePort } from "../fault-injection/free-port.js";
import { startTestServer } from "../harness/server.js";
import { post } from "../subscriptions/acting.js";
import { Inbox } from "../subscriptions/inbox.js";
import { change } from "./owning.js";

const root = new URL("../../", import.meta.url);
const page = readFileSync(new URL("docs/webhooks.md", root), "utf8");
const [, code = ""] = /```js\n([^`]*standardwebhooks.*?)```/s.exec(page) ?? [];
const [, subscription = ""] = /subscription: "(.*?)"/.exec(page) ?? [];

test("verifies what it is sent, and refuses what is changed", async () => {
  const server = await startTestServer({ config: { webhookAllowNetworks: ["127.0.0.0/8"] } });
  const ada = await server.signUp("ada");
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/hook`;
  const { secret } = await change(server, ada, "createWebhook", { url, subscription });
  const script = code.replace("5000", String(port));
  expect(script).not.toBe(code);
  const receiver = spawn(process.execPath, ["--input-type=module", "--eval", script], {
    cwd: fileURLToPath(root),
    env: { WEBHOOK_SECRET: secret },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = new Inbox<string>();
  createInterface({ input: receiver.stdout }).on("line", (line) => lines.push(line));
  await lines.find((line) => line === "listening");
  await post(server.url, ada, "Seen by the documented receiver");
  expect(await lines.find((line) => line.startsWith("post.created"))).toContain("Seen by the documented receiver");
  const headers = { "webhook-id": "1", "webhook-timestamp": "1", "webhook-signature": "v1,AAAA" };
  expect((await fetch(url, { method: "POST", body: "{}", headers })).status).toBe(401);
  receiver.kill();
  await once(receiver, "exit");
  await server.close();
});
