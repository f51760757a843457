/** Names that events may have, on every wire (wires: "Envelope" and "SSE"). */

import { assertEventName, isReservedEvent } from "@anywire/protocol/plain";

/** Names that were judged: most programs send few, so looking is enough. */
const judged = new Set<string>();
const maxJudged = 1_000;

/**
 * @param given a number is a name too, for programs without types
 * @throws {TypeError} for CR, LF or NUL, and for names that the wires keep for themselves
 */
export function eventNameOf(given: unknown): string {
  const name = typeof given === "number" ? String(given) : given;
  if (typeof name === "string" && judged.has(name)) return name;
  assertEventName(name);
  if (isReservedEvent(name)) throw new TypeError(`"${name}" is a reserved event name`);
  if (judged.size < maxJudged) judged.add(name);
  return name;
}
