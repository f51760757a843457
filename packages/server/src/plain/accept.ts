/** Which wire a GET asks for: content negotiation, RFC 9110 §12.5.1. */

interface Range {
  readonly type: string;
  readonly quality: number;
}

const offered = { "text/event-stream": "eventsource", "application/json": "poll" } as const;

export type HttpWire = (typeof offered)[keyof typeof offered];

/**
 * A type that is named goes before one that only a wildcard covers, so that the usual default
 * of HTTP libraries, JSON and then anything, polls.
 * @returns undefined if the client takes neither
 */
export function negotiateWire(accept: string | undefined): HttpWire | undefined {
  if (accept === undefined || accept.trim() === "") return "eventsource";
  const ranges = accept.split(",").map(parseRange);
  const named = ranges.filter(({ type, quality }) => isOffered(type) && quality > 0);
  const [best] = named.sort((a, b) => b.quality - a.quality); // stable: the order of the header decides among equals
  if (best !== undefined && isOffered(best.type)) return offered[best.type];
  if (takes(ranges, "text/event-stream")) return "eventsource";
  return takes(ranges, "application/json") ? "poll" : undefined;
}

function isOffered(type: string): type is keyof typeof offered {
  return Object.hasOwn(offered, type);
}

/** The most specific range decides (RFC 9110 §12.5.1), so `text/event-stream;q=0` refuses it whatever else is taken. */
function takes(ranges: readonly Range[], type: string): boolean {
  for (const pattern of [type, `${type.slice(0, type.indexOf("/"))}/*`, "*/*"]) {
    const range = ranges.find((candidate) => candidate.type === pattern);
    if (range !== undefined) return range.quality > 0;
  }
  return false;
}

function parseRange(text: string): Range {
  const [type = "", ...parameters] = text.split(";").map((part) => part.trim().toLowerCase());
  const weight = parameters.find((parameter) => parameter.startsWith("q="));
  return { type, quality: weight === undefined ? 1 : parseQuality(weight.slice(2)) };
}

/** RFC 9110 §12.4.2. A junk weight is none. */
function parseQuality(text: string): number {
  return /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(text) ? Number(text) : 0;
}
