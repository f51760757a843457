/** The request of an event source (WHATWG HTML §9.2.2, §9.2.3). */

import type { EventSourceFetchInit } from "./fetch-like.ts";

export interface RequestParts {
  readonly url: URL;
  readonly lastEventId: string;
  /** Of the query, for the id; undefined if it goes into the header. */
  readonly lastEventIdParameter: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
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
  return { url: withParameter(parts), init };
}

/** A program's own Accept takes the place of ours; the id is the stream's business. */
function headersOf({
  headers: given,
  lastEventId,
  lastEventIdParameter,
}: RequestParts): EventSourceFetchInit["headers"] {
  const headers: EventSourceFetchInit["headers"] = { Accept: "text/event-stream" };
  for (const [name, value] of Object.entries(given)) headers[ourNames.get(name.toLowerCase()) ?? name] = value;
  if (lastEventId !== "" && lastEventIdParameter === undefined) headers["Last-Event-ID"] = byteString(lastEventId);
  return headers;
}

/** Names of headers are equal in any case, and would stand twice. */
const ourNames: ReadonlyMap<string, string> = new Map([
  ["accept", "Accept"],
  ["last-event-id", "Last-Event-ID"],
]);

function withParameter({ url, lastEventId, lastEventIdParameter }: RequestParts): URL {
  if (lastEventId === "" || lastEventIdParameter === undefined) return url;
  const named = new URL(url);
  named.searchParams.set(lastEventIdParameter, lastEventId);
  return named;
}

/** "encoded as UTF-8" (§9.2.3): `fetch` takes a header as a string of bytes. */
function byteString(text: string): string {
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join("");
}
