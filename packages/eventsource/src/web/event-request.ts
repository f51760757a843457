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
  const { lastEventId, lastEventIdParameter, method, body, withCredentials } = parts;
  const byHeader = lastEventId !== "" && lastEventIdParameter === undefined;
  const init: EventSourceFetchInit = {
    mode: "cors",
    redirect: "follow",
    headers: {
      Accept: "text/event-stream",
      ...parts.headers,
      ...(byHeader && { "Last-Event-ID": byteString(lastEventId) }),
    },
    cache: "no-store",
    signal: parts.signal,
    ...(method !== "GET" && { method }),
    ...(body !== undefined && { body, duplex: "half" }),
    ...(withCredentials !== undefined && { credentials: withCredentials ? "include" : "same-origin" }),
  };
  return { url: withParameter(parts), init };
}

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
