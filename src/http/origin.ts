/** Origin check for WebSockets: browsers send cookies for any page that opens one (RFC 6455, 10.2). */

/** `origin` and `host` are headers. No origin: not a browser. */
export function isOriginAllowed(
  origin: string | undefined,
  host: string | undefined,
  allowed: readonly string[],
): boolean {
  if (origin === undefined) return true;
  if (allowed.includes(origin)) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}
