/** Page object of the playground. */
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.PARLEY_TEST_CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  });
}

/** An open playground, with whatever the page complained of or asked elsewhere for. */
export interface PlaygroundPage {
  readonly page: Page;
  readonly complaints: readonly string[];
}

export async function openPlayground(context: BrowserContext, url: string): Promise<PlaygroundPage> {
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("request", (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol.startsWith("http") && origin !== new URL(url).origin) complaints.push(`asked ${request.url()}`);
  });
  await page.goto(`${url}/graphql`);
  await page.locator(".graphiql-query-editor .view-lines").waitFor();
  return { page, complaints };
}

export async function openTab(page: Page, title: string): Promise<void> {
  await page.locator(`button.graphiql-tab-button[title="${title}"]`).click();
}

export async function execute(page: Page): Promise<void> {
  await page.locator("button.graphiql-execute-button").click();
}

/** Waits for a line of the answer that holds the text. */
export async function seeAnswer(page: Page, text: string): Promise<void> {
  await page.locator(".result-window .view-line", { hasText: text }).first().waitFor();
}

/** Replaces what is in the headers pane. */
export async function setHeaders(page: Page, headers: Record<string, string>): Promise<void> {
  const tab = page.locator('.graphiql-editor-tools button[data-name="headers"]');
  await tab.click();
  await page.locator('section[aria-label="Headers"] .graphiql-editor:not(.hidden) .monaco-editor').click();
  await page.keyboard.press("Control+A");
  await page.keyboard.insertText(JSON.stringify(headers));
}
