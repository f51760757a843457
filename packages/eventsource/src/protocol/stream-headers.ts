/** The headers that make a response an event stream (WHATWG HTML §9.2.5, §9.2.7) and let its events pass at once. Pure. */

import { must } from "./errors.ts";
import { checkHeader, type HeaderValue } from "./header-field.ts";

/** What a program gives: a record, or pairs, as a `Headers` or a Map has them. */
export type GivenHeaders =
  | Readonly<Record<string, HeaderValue | undefined>>
  | Iterable<readonly [name: string, value: HeaderValue]>;

/** Names as they are sent; a list is sent as so many headers. */
export type StreamHeaders = Readonly<Record<string, string | string[]>>;

/** `no-transform` keeps compressing middleware away, which would hold events back; the last one does the same for nginx. */
export const streamHeaders = {
  "Content-Type": "text/event-stream; charset=utf-8", // §9.2.5
  "Cache-Control": "no-cache, no-transform", // RFC 9111 §5.2.2.4, §5.2.2.6
  "X-Accel-Buffering": "no",
} as const;

/** How the body ends is the connection's business: a stream has no length that is known (RFC 9112 §6). */
const framing: ReadonlySet<string> = new Set(["content-length", "transfer-encoding"]);

/**
 * A header of the program's replaces that of the stream, whatever its case (RFC 9110 §5.1); those of framing are left out.
 * @throws {EventStreamError} bad-header
 */
export function resolveStreamHeaders(given: GivenHeaders): StreamHeaders {
  const further = groupByName(given);
  if (further.size === 0) return streamHeaders;
  const own = Object.entries(streamHeaders).filter(([name]) => !further.has(name.toLowerCase()));
  return Object.fromEntries<string | string[]>([...own, ...further.values()]);
}

/** By the name in lower case. */
function groupByName(given: GivenHeaders): ReadonlyMap<string, [name: string, value: string | string[]]> {
  const groups = new Map<string, [name: string, value: string | string[]]>();
  for (const [name, value] of entriesOf(given)) {
    const key = name.toLowerCase();
    if (value === undefined || framing.has(key)) continue;
    checkHeader(name, value);
    const known = groups.get(key);
    const texts = typeof value === "object" ? [...value] : String(value);
    groups.set(key, known === undefined ? [name, texts] : [known[0], [known[1], texts].flat()]);
  }
  return groups;
}

function entriesOf(given: GivenHeaders): readonly (readonly [string, HeaderValue | undefined])[] {
  if (!isIterable(given)) return Object.entries(given);
  const pairs = [...given];
  for (const pair of pairs) must(Array.isArray(pair) && typeof pair[0] === "string", "bad-header");
  return pairs;
}

function isIterable(given: GivenHeaders): given is Extract<GivenHeaders, Iterable<unknown>> {
  return Symbol.iterator in given;
}
