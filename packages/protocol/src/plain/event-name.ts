/** Names and ids of events (wires: "Envelope", "SSE"): what fits into one line of every wire, and what is not for users. */

import { must } from "../errors.ts";
import { isReservedName } from "../reserved-name.ts";

/** Whether the wires keep this name for themselves: neither clients nor the program may emit it. */
export function isReservedEvent(name: string): boolean {
  return isReservedName(name) || name.startsWith("anywire:");
}

/** @throws {PlainError} bad-name */
export function assertEventName(name: unknown): asserts name is string {
  must(typeof name === "string" && isOneLine(name), "bad-name");
}

/** No CR, LF or NUL: an SSE field could not hold them (HTML §9.2.6). */
export function isOneLine(text: string): boolean {
  return !text.includes("\n") && !text.includes("\r") && !text.includes("\0");
}
