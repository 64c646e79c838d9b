/** What the bundler understands and TypeScript does not: workers, style sheets, and the one door of react-dom we use. */

/** A module bundled as a classic worker; the value is the file's name, relative to the module that imports it. */
declare module "*?worker" {
  const fileName: string;
  export default fileName;
}

declare module "*.css";

declare module "react-dom/client" {
  import type { ReactNode } from "react";
  export function createRoot(container: Element): { render(children: ReactNode): void };
}
