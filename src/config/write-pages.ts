/** Writes docs/settings.md and .env.example from the definitions of the settings. Run by `npm run docs:settings`. */
import { writeFileSync } from "node:fs";
import { envExample, settingsPage } from "./pages.js";

const root = new URL("../../", import.meta.url);
writeFileSync(new URL("docs/settings.md", root), settingsPage());
writeFileSync(new URL(".env.example", root), envExample());
