/** Names that events may have, on every wire (wires: "Envelope" and "SSE"). */

import { assertEventName, isReservedEvent } from "@anywire/protocol/plain";

/** @throws {TypeError} for CR, LF or NUL, and for names that the wires keep for themselves */
export function checkEventName(name: string): void {
  assertEventName(name);
  if (isReservedEvent(name)) throw new TypeError(`"${name}" is a reserved event name`);
}
