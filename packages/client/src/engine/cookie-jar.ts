/**
 * The cookies of one session in Node.js (RFC 6265 §5.2): all of them go to the one server that set them, so `Domain`, `Path`
 * and `Secure` are not looked at, as in engine.io-client.
 */

import type { OutgoingHttpHeader } from "node:http";
import type { CookieJar as Port } from "../platform.ts";

interface Cookie {
  readonly name: string;
  readonly value: string;
  /** By `Date.now()`. Infinity: when the session ends. */
  readonly expires: number;
}

/** More push out the oldest (§6.1: at least 50). */
const maxCookies = 50;

/** Longer ones, name and value, are ignored (§6.1: at least 4096 bytes). */
const maxLength = 4_096;

/** What no header may hold. */
const foreign = /[^\x20-\x7e\x80-\xff]/;

export class CookieJar implements Port {
  readonly #cookies = new Map<string, Cookie>();

  get cookies(): MapIterator<[string, Cookie]> {
    const now = Date.now();
    for (const { name, expires } of this.#cookies.values()) if (expires <= now) this.#cookies.delete(name);
    return this.#cookies.entries();
  }

  parseCookies(setCookie: readonly string[] | null | undefined): void {
    for (const header of setCookie ?? []) {
      const cookie = parse(header);
      if (cookie !== undefined) this.#store(cookie);
    }
  }

  appendCookies(headers: Pick<Headers, "append">): void {
    const header = cookieHeader(this);
    if (header !== undefined) headers.append("cookie", header);
  }

  /** For engine.io-client's transport on XMLHttpRequest. */
  addCookies(xhr: {
    setDisableHeaderCheck(off: boolean): void;
    setRequestHeader(name: string, value: string): void;
  }): void {
    const header = cookieHeader(this);
    if (header === undefined) return;
    xhr.setDisableHeaderCheck(true);
    xhr.setRequestHeader("cookie", header);
  }

  #store(cookie: Cookie): void {
    const cookies = this.#cookies;
    if (cookie.expires <= Date.now()) {
      cookies.delete(cookie.name);
      return;
    }
    cookies.set(cookie.name, cookie);
    for (const name of cookies.keys()) if (cookies.size > maxCookies) cookies.delete(name);
  }
}

/** The value of a header `Cookie`. @param given the program's own, which stays first */
export function cookieHeader(jar: Port | undefined, given?: OutgoingHttpHeader): string | undefined {
  const own = given === undefined ? [] : [given].flat();
  const kept = [...(jar?.cookies ?? [])].map(([name, { value }]) => `${name}=${value}`);
  return [...own, ...kept].join("; ") || undefined;
}

/** Undefined for what is no cookie. */
function parse(header: string): Cookie | undefined {
  const [pair = "", ...attributes] = header.split(";");
  const split = pair.indexOf("=");
  const name = pair.slice(0, Math.max(split, 0)).trim();
  const value = unquoted(pair.slice(split + 1).trim());
  if (name === "" || name.length + value.length > maxLength || foreign.test(name + value)) return undefined;
  return { name, value, expires: expiryOf(attributes) };
}

function unquoted(value: string): string {
  return /^".*"$/.test(value) ? value.slice(1, -1) : value;
}

/** `Max-Age` goes before `Expires` (§5.3, 3); one that cannot be read ends the cookie, lest a deletion keep it for ever. */
function expiryOf(attributes: readonly string[]): number {
  const found = new Map<string, string>();
  for (const attribute of attributes) {
    const [name = "", ...value] = attribute.split("=");
    found.set(name.trim().toLowerCase(), value.join("=").trim());
  }
  const maxAge = found.get("max-age");
  if (maxAge !== undefined) return Date.now() + (Number.parseInt(maxAge, 10) || 0) * 1000;
  const expires = found.get("expires");
  return expires === undefined ? Number.POSITIVE_INFINITY : Date.parse(expires) || 0;
}
