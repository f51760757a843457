/** Origins and authorities as they stand in `Origin` and `Host` (RFC 6454 §6.2, RFC 9110 §7.2): read, checked, made comparable. */

/** `host`, `host:port`, `[ipv6]:port`; what it means is left to URL. */
const authority = /^(?:\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{0,5})?$/i;
const serialized = /^([a-z][a-z0-9+.-]*:)\/\/([^/]+)$/i;

export function isAuthority(text: string): boolean {
  return authority.test(text) && URL.canParse(`http://${text}`);
}

/**
 * @returns the origin without a default port and in lower case; `null` for the opaque origin of that name; undefined if
 * it is malformed
 */
export function parseOrigin(text: string): string | undefined {
  if (text === "null") return text;
  const [, scheme, host] = serialized.exec(text) ?? [];
  if (scheme === undefined || host === undefined || !isAuthority(host)) return undefined;
  const { origin } = new URL(`${scheme}//${host}`);
  return origin === "null" ? text.toLowerCase() : origin; // schemes of apps and extensions are unknown to URL
}

/** The scheme is not compared: behind a proxy that ends TLS the server sees another one than the browser. */
export function isOriginOfHost(origin: string, host: string): boolean {
  if (!/^https?:/.test(origin)) return false;
  const { protocol, host: own } = new URL(origin);
  return own === new URL(`${protocol}//${host}`).host;
}
