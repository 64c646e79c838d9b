/** Types of modules that only the bundler resolves: workers, style sheets, and the one entry of react-dom in use. */

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
