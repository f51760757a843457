/** Where a client was when its stream ended (WHATWG HTML §9.2.4), as its request says. */

import { isFieldValue } from "../protocol/event-encoder.ts";

/** What is read of a request, of node:http or node:http2. */
export interface NodeRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/**
 * The header, which a client that comes back sends by itself, else the query's `lastEventId`, for those that cannot send
 * headers. Empty if there is none, or one that no stream can have given.
 */
export function lastEventIdOf({ headers, url = "" }: NodeRequest): string {
  const id = utf8Of(headers["last-event-id"]) || queryOf(url).get("lastEventId");
  return isFieldValue(id) ? id : "";
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const beyondLatin1 = /[\u0100-\uffff]/;

/** The header is sent as UTF-8 (WHATWG HTML §9.2.3), and read as Latin-1, but by a platform that has decoded it. */
function utf8Of(header: string | string[] | undefined): string | undefined {
  if (typeof header !== "string") return undefined;
  if (beyondLatin1.test(header)) return header;
  try {
    return decoder.decode(Uint8Array.from(header, (character) => character.charCodeAt(0)));
  } catch {
    return header; // it was Latin-1
  }
}

/** Without `new URL`, which throws for what clients may send as a path. */
function queryOf(url: string): URLSearchParams {
  const at = url.indexOf("?");
  return new URLSearchParams(at === -1 ? "" : url.slice(at));
}
