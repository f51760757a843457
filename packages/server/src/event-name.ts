/** Names that events may have, on every wire (wires: "Envelope" and "SSE"). */

import { assertEventName, isReservedEvent } from "@anywire/protocol/plain";

/** Names that were judged: most programs send few, so looking is enough. */
const judged = new Set<string>();
const maxJudged = 1_000;

/** @throws {TypeError} for CR, LF or NUL, and for names that the wires keep for themselves */
export function checkEventName(name: string): void {
  if (judged.has(name)) return;
  assertEventName(name);
  if (isReservedEvent(name)) throw new TypeError(`"${name}" is a reserved event name`);
  if (judged.size < maxJudged) judged.add(name);
}
