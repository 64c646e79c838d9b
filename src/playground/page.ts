/** HTML and response headers of the playground's page. Pure. */

/**
 * Content security policy: resources of this server only. Inline styles are allowed because Monaco sets them from
 * script.
 */
const contentSecurityPolicy = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "worker-src 'self'",
  "connect-src 'self'", // The WebSocket too: since CSP Level 3, 'self' covers ws and wss of the same host.
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

export const pageHeaders: Record<string, string> = {
  "content-type": "text/html; charset=utf-8",
  "cache-control": "no-cache",
  vary: "accept", // The same address answers JSON to a client that is not a browser.
  "content-security-policy": contentSecurityPolicy,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
};

const icon =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E" +
  "%3Cpath fill='%23d60590' d='M4 5h24v17H15l-7 6v-6H4z'/%3E%3C/svg%3E";

/** @param base - Where the script and the style are, relative to the page: "graphql/assets/". */
export function renderPage(base: string, script: string, style: string): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Parley playground</title>
    <link rel="icon" href="${icon}">
    <link rel="stylesheet" href="${base}${style}">
    <script type="module" src="${base}${script}"></script>
  </head>
  <body>
    <div id="parley"></div>
    <noscript>The playground needs JavaScript. The API answers POST requests at this address.</noscript>
  </body>
</html>
`;
}
