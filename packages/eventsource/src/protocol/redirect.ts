/** What a redirect makes of a request (Fetch §4.5, "HTTP-redirect fetch"). Pure: URLs are resolved by the caller. */

import { must } from "./errors.ts";

/** A request, as far as a redirect changes it. */
export interface RedirectableRequest<Body> {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined: none. */
  readonly body: Body | undefined;
}

/** What is read of a URL; a `URL` is one. */
export interface UrlParts {
  readonly protocol: string;
  readonly origin: string;
  readonly username: string;
  readonly password: string;
}

const statuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]); // §2.2.3, "redirect status"
const maxRedirects = 20; // §4.5

/** What describes a body (§2.2.2, "request-body-header name"), and what Fetch computes itself. */
const bodyHeaders: ReadonlySet<string> = new Set([
  "content-encoding",
  "content-language",
  "content-location",
  "content-type",
  "content-length",
]);

/**
 * What another origin may learn: what any page may send anywhere (§2.2.2, "CORS-safelisted request-header"), and what the
 * client says by itself. The standard takes Authorization away only; but who names a key `X-Api-Key` does not want it known
 * either, and nobody can list all such names.
 */
const publicHeaders: ReadonlySet<string> = new Set([
  "accept",
  "accept-language",
  "content-language",
  "content-type",
  "last-event-id",
  "user-agent",
]);

/** Whether the answer is a redirect; without a Location, it is the answer itself (§4.5). */
export function isRedirect(status: number, location: string | null): location is string {
  return location !== null && statuses.has(status);
}

/**
 * Whether the URL may be gone to. A program outside of browsers is of no origin, so that every other is foreign to it, and a
 * URL with a password is never gone to.
 * @param count redirects that were followed before
 * @throws {EventStreamError} redirect-scheme, too-many-redirects, redirect-credentials
 */
export function checkRedirect(target: UrlParts, count: number): void {
  must(target.protocol === "http:" || target.protocol === "https:", "redirect-scheme"); // §4.5
  must(count < maxRedirects, "too-many-redirects"); // §4.5
  must(target.username === "" && target.password === "", "redirect-credentials"); // §4.5
}

/** The fragment of a redirect is its own, else that of the URL it comes from (§2.2.6, "location URL"). */
export function hasFragment(location: string): boolean {
  return location.includes("#");
}

/** The request that is made of `target` in place of the one that was made of `current`, and was answered with `status`. */
export function redirectRequest<Body>(
  request: RedirectableRequest<Body>,
  status: number,
  { current, target }: { readonly current: UrlParts; readonly target: UrlParts },
): RedirectableRequest<Body> {
  const next = losesBody(request.method, status) ? withoutBody(request) : request;
  const sameOrigin = current.origin === target.origin; // https and http are two
  return sameOrigin ? next : { ...next, headers: filterHeaders(next.headers, (name) => publicHeaders.has(name)) };
}

/** §4.5: as browsers have always done, whatever RFC 9110 §15.4.2 and §15.4.3 wanted. */
function losesBody(method: string, status: number): boolean {
  if (status === 303) return method !== "GET" && method !== "HEAD";
  return (status === 301 || status === 302) && method === "POST";
}

function withoutBody<Body>({ headers }: RedirectableRequest<Body>): RedirectableRequest<Body> {
  return { method: "GET", headers: filterHeaders(headers, (name) => !bodyHeaders.has(name)), body: undefined };
}

function filterHeaders(
  headers: Readonly<Record<string, string>>,
  keeps: (name: string) => boolean,
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => keeps(name.toLowerCase())));
}
