/**
 * A fetch that follows redirects by hand (Fetch §4.5), so that no other origin is told what the program told the first, and
 * so that a cookie jar sees every request. It is for platforms that show where a redirect leads: browsers do not.
 */

import { must } from "../protocol/errors.ts";
import {
  checkRedirect,
  hasFragment,
  isRedirect,
  type RedirectableRequest,
  redirectRequest,
} from "../protocol/redirect.ts";
import { readerOf } from "./body-text.ts";
import { type CookieJar, emptyJar, keepCookies, withCookies } from "./cookie-jar.ts";
import type { EventSourceFetchInit, FetchLike, FetchLikeResponse } from "./fetch-like.ts";

export interface FollowingFetchOptions {
  /** Makes each of the requests. */
  readonly fetch: FetchLike;
  readonly cookieJar: CookieJar | undefined;
}

type Request = RedirectableRequest<unknown>;

/**
 * What it promises is rejected as that of `fetch` is, by a jar that cannot be read, and with an EventStreamError, which is a
 * TypeError: too-many-redirects, redirect-location, redirect-scheme, redirect-credentials, redirect-body.
 */
export function followingFetch({ fetch, cookieJar: jar = emptyJar }: FollowingFetchOptions): FetchLike {
  return async (url, init) => {
    let current = new URL(url);
    let request: Request = { method: init.method ?? "GET", headers: init.headers, body: init.body ?? undefined };
    for (let count = 0; ; count++) {
      const headers = await withCookies(request.headers, jar, current.href);
      const response = await fetch(current, initOf(init, { ...request, headers }));
      await keepCookies(response, jar, current.href);
      const { status } = response;
      const location = response.headers.get("location");
      if (!isRedirect(status, location)) return count === 0 ? response : redirected(response, current);
      discard(response);
      const target = targetOf(location, current);
      checkRedirect(target, count);
      must(status === 303 || !isStream(request.body), "redirect-body"); // a stream is read once
      request = redirectRequest(request, status, { current, target });
      current = target;
    }
  };
}

function initOf(init: EventSourceFetchInit, { method, headers, body }: Request): EventSourceFetchInit {
  return { ...init, method, headers: { Accept: "text/event-stream", ...headers }, body, redirect: "manual" };
}

function targetOf(location: string, current: URL): URL {
  const target = parseUrl(utf8Of(location), current);
  must(target !== undefined, "redirect-location");
  if (!hasFragment(location)) target.hash = current.hash;
  return target;
}

function parseUrl(url: string, base: URL): URL | undefined {
  return URL.canParse(url, base.href) ? new URL(url, base) : undefined;
}

/** Headers are read as Latin-1, and some servers send UTF-8: as in browsers, that is what it is then. */
function utf8Of(header: string): string {
  const codes = Array.from(header, (character) => character.charCodeAt(0));
  if (codes.some((code) => code > 0xff)) return header;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(codes));
  } catch {
    return header;
  }
}

/** A body that nobody reads would keep its connection. It may have failed by itself. */
function discard({ body }: FetchLikeResponse): void {
  readerOf(body)
    ?.cancel()
    .catch(() => {});
}

/** A stream, of the web or of Node: it is read once. */
export function isStream(body: unknown): boolean {
  return typeof body === "object" && body !== null && (Symbol.asyncIterator in body || "getReader" in body);
}

/** The response as it is had there been one request, of the last URL, without its fragment (Fetch §5.5, `url`). */
function redirected(response: FetchLikeResponse, last: URL): FetchLikeResponse & { readonly statusText: unknown } {
  const { status, headers, body } = response;
  const statusText = "statusText" in response ? response.statusText : "";
  const [url = ""] = last.href.split("#");
  return { url, redirected: true, status, statusText, headers, body };
}
