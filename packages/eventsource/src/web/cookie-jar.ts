/** Cookies between a jar and the requests that are made in its name (RFC 6265 §5.3, §5.4, which the jar obeys). */

import type { FetchLikeResponse } from "./fetch-like.ts";

/** What keeps cookies outside of browsers. A `CookieJar` of tough-cookie is one. */
export interface CookieJar {
  /** @returns the value of the Cookie header for a request to this URL; empty if there are none */
  getCookieString(url: string): string | Promise<string>;
  /** Keeps the value of one Set-Cookie header of an answer from this URL. What it throws is that cookie's end only. */
  setCookie(cookie: string, url: string): unknown;
}

/** Where no cookies are kept. */
export const emptyJar: CookieJar = { getCookieString: () => "", setCookie: () => undefined };

/** The jar as requests of other origins than this one see it: empty, and closed. */
export function jarOfOrigin(jar: CookieJar, origin: string): CookieJar {
  const isOwn = (url: string): boolean => new URL(url).origin === origin;
  return {
    getCookieString: (url) => (isOwn(url) ? jar.getCookieString(url) : ""),
    setCookie: (cookie, url) => (isOwn(url) ? jar.setCookie(cookie, url) : undefined),
  };
}

/** The headers with the jar's cookies behind those of the program. */
export async function withCookies(
  headers: Readonly<Record<string, string>>,
  jar: CookieJar,
  url: string,
): Promise<Readonly<Record<string, string>>> {
  const kept = await jar.getCookieString(url);
  if (kept === "") return headers;
  const entries = Object.entries(headers);
  const given = entries.filter(([name]) => isCookie(name)).map(([, value]) => value);
  const others = entries.filter(([name]) => !isCookie(name));
  return { ...Object.fromEntries(others), Cookie: [...given, kept].join("; ") };
}

function isCookie(name: string): boolean {
  return name.toLowerCase() === "cookie";
}

/** One by one: stores of jars may be slow, and the last cookie of a name wins. */
export async function keepCookies({ headers }: FetchLikeResponse, jar: CookieJar, url: string): Promise<void> {
  for (const cookie of setCookies(headers)) {
    try {
      await jar.setCookie(cookie, url);
    } catch {
      // a server that sends a bad cookie, of a foreign domain say, loses the cookie and not its client
    }
  }
}

/** A fetch whose headers cannot tell them apart has none to give: joined with commas, they cannot be split again. */
function setCookies(headers: FetchLikeResponse["headers"]): readonly string[] {
  return hasSetCookies(headers) ? headers.getSetCookie() : [];
}

function hasSetCookies(headers: object): headers is { getSetCookie(): readonly string[] } {
  return "getSetCookie" in headers && typeof headers.getSetCookie === "function";
}
