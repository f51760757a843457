/** The request of an event source (WHATWG HTML §9.2.2, §9.2.3). */

import type { EventSourceFetchInit } from "./fetch-like.ts";

/** What `fetch` takes as headers. */
export type RequestHeaders = Readonly<Record<string, string>> | Headers | readonly (readonly [string, string])[];

export interface RequestParts {
  readonly url: URL;
  readonly lastEventId: string;
  /** Of the query, for the id; undefined if it goes into the header. */
  readonly lastEventIdParameter: string | undefined;
  readonly headers: RequestHeaders;
  readonly method: string;
  readonly body: RequestInit["body"] | undefined;
  readonly signal: AbortSignal;
  /** Undefined if the platform knows no credentials mode. */
  readonly withCredentials: boolean | undefined;
}

export interface EventRequest {
  readonly url: URL;
  readonly init: EventSourceFetchInit;
}

export function eventRequest(parts: RequestParts): EventRequest {
  const { method, body, withCredentials } = parts;
  const init: EventSourceFetchInit = {
    mode: "cors",
    redirect: "follow",
    headers: headersOf(parts),
    cache: "no-store",
    signal: parts.signal,
    ...(method !== "GET" && { method }),
    ...(body !== undefined && { body, duplex: "half" }),
    ...(withCredentials !== undefined && { credentials: withCredentials ? "include" : "same-origin" }),
  };
  return { url: urlOf(parts), init };
}

/** A program's own Accept and Authorization take the place of ours; the id is the stream's business. */
function headersOf(parts: RequestParts): EventSourceFetchInit["headers"] {
  const { url, lastEventId, lastEventIdParameter } = parts;
  const headers: EventSourceFetchInit["headers"] = { Accept: "text/event-stream" };
  if (hasCredentials(url)) headers.Authorization = basicOf(url);
  for (const [name, value] of entriesOf(parts.headers)) headers[ourNames.get(name.toLowerCase()) ?? name] = value;
  if (lastEventId !== "" && lastEventIdParameter === undefined) headers["Last-Event-ID"] = byteString(lastEventId);
  return headers;
}

/** Pairs of one name are one header, as `Headers` joins them (Fetch §5.2). */
function entriesOf(headers: RequestHeaders): Iterable<readonly [string, string]> {
  if (!isIterable(headers)) return Object.entries(headers);
  const joined = new Map<string, string>();
  for (const [name, value] of headers) {
    const known = joined.get(name);
    joined.set(name, known === undefined ? value : `${known}, ${value}`);
  }
  return joined;
}

function isIterable(headers: RequestHeaders): headers is Extract<RequestHeaders, Iterable<unknown>> {
  return Symbol.iterator in headers;
}

/** Names of headers are equal in any case, and would stand twice. */
const ourNames: ReadonlyMap<string, string> = new Map([
  ["accept", "Accept"],
  ["authorization", "Authorization"],
  ["last-event-id", "Last-Event-ID"],
]);

function urlOf({ url, lastEventId, lastEventIdParameter }: RequestParts): URL {
  const asked = new URL(url);
  if (hasCredentials(url)) Object.assign(asked, { username: "", password: "" }); // `fetch` takes no URL with them
  if (lastEventId !== "" && lastEventIdParameter !== undefined)
    asked.searchParams.set(lastEventIdParameter, lastEventId);
  return asked;
}

function hasCredentials({ username, password }: URL): boolean {
  return username !== "" || password !== "";
}

/** RFC 7617 §2, of what the URL names percent-encoded. */
function basicOf({ username, password }: URL): string {
  return `Basic ${btoa(`${percentDecoded(username)}:${percentDecoded(password)}`)}`;
}

/** @returns a string of bytes */
function percentDecoded(text: string): string {
  return text.replace(/%([\da-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** "encoded as UTF-8" (§9.2.3): `fetch` takes a header as a string of bytes. */
function byteString(text: string): string {
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join("");
}
