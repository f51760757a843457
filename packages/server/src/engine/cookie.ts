/** The Set-Cookie header of a session's id (RFC 6265 §4.1), with the options of the package `cookie`. */

export interface CookieOptions {
  /** @default "io" */
  readonly name?: string | undefined;
  /** Seconds. */
  readonly maxAge?: number | undefined;
  readonly domain?: string | undefined;
  /** @default "/" */
  readonly path?: string | undefined;
  readonly expires?: Date | undefined;
  /** @default true */
  readonly httpOnly?: boolean | undefined;
  readonly secure?: boolean | undefined;
  /** @default "lax" */
  readonly sameSite?: boolean | "lax" | "strict" | "none" | undefined;
  readonly partitioned?: boolean | undefined;
  readonly priority?: "low" | "medium" | "high" | undefined;
  /** Makes the value fit for a cookie. @default encodeURIComponent */
  readonly encode?: ((value: string) => string) | undefined;
}

/** Of a name and of attributes (RFC 6265 §4.1.1): nothing that could begin another one. */
const token = /^[!#$%&'*+.^_`|~\w-]+$/;
const attributeValue = /^[\x20-\x3a\x3c-\x7e]*$/;
/** An encoded value. */
const octets = /^"?[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*"?$/;

const sameSites = { lax: "Lax", strict: "Strict", none: "None" } as const;
const priorities = { low: "Low", medium: "Medium", high: "High" } as const;

/** @throws {TypeError} for what cannot be written as a cookie */
export function formatCookie(value: string, options: CookieOptions): string {
  const { name = "io", encode = encodeURIComponent } = options;
  const encoded = encode(value);
  check("name", name, token);
  check("value", encoded, octets);
  return [`${name}=${encoded}`, ...attributesOf(options)].join("; ");
}

function attributesOf(options: CookieOptions): string[] {
  const { maxAge, domain, path, expires, httpOnly, secure, partitioned, priority, sameSite } = options;
  const attributes: string[] = [];
  if (maxAge !== undefined) attributes.push(`Max-Age=${wholeSeconds(maxAge)}`);
  if (domain) attributes.push(`Domain=${check("domain", domain, attributeValue)}`);
  if (path) attributes.push(`Path=${check("path", path, attributeValue)}`);
  if (expires) attributes.push(`Expires=${expires.toUTCString()}`);
  if (httpOnly) attributes.push("HttpOnly");
  if (secure) attributes.push("Secure");
  if (partitioned) attributes.push("Partitioned");
  if (priority) attributes.push(`Priority=${priorities[priority]}`);
  if (sameSite) attributes.push(`SameSite=${sameSite === true ? "Strict" : sameSites[sameSite]}`);
  return attributes;
}

function wholeSeconds(seconds: number): number {
  if (Number.isFinite(seconds)) return Math.floor(seconds);
  throw new TypeError("cookie.maxAge must be a number of seconds");
}

function check(what: string, text: string, allowed: RegExp): string {
  if (allowed.test(text)) return text;
  throw new TypeError(`cookie.${what} holds what a cookie cannot`);
}
