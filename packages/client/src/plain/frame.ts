/**
 * Frames of the plain wire as small as they go (wires: "Envelope"). The rules are those of `@anywire/protocol/plain`, which the tests
 * hold this to; but what that refuses or mends is here read as far as it goes, or is text, for a server does not write it.
 */

import type { Anything } from "@anywire/protocol/emitter";

/** What a frame says: an event, or the answer to one. Nothing in it is certain but that `args` is an array: it came over the wire. */
export interface Frame extends Readonly<Partial<Record<"event" | "id" | "ack" | "error", Anything>>> {
  readonly args: Anything[];
}

/**
 * @returns the JSON, with binary data as `{"$bytes":"<base64>"}`
 * @throws {TypeError} for what JSON has no form for, or runs in a circle
 */
export function formatFrame(frame: Partial<Frame>): string {
  return JSON.stringify(frame, escapeDollars);
}

/** What is no envelope is a `message`. */
export function parseFrame(text: Anything): Frame {
  try {
    const frame = JSON.parse(text, revive);
    const { event, ack, data, args = data === undefined ? [] : [data] } = frame;
    if (typeof event === "string" || (event === undefined && (ack | 0) === ack)) return { ...frame, args: [...args] };
  } catch {}
  return { event: "message", args: [typeof text === "string" ? text : new Uint8Array(text)] };
}

/** JSON.stringify has applied `toJSON` to `value`; binary data (a Buffer) is not to be asked for it. */
function escapeDollars(this: Anything, key: string, value: Anything): unknown {
  const raw = this[key];
  const { buffer = raw, byteOffset, byteLength } = Object(raw); // an ArrayBuffer has no `buffer`
  if (buffer instanceof ArrayBuffer && byteLength >= 0) {
    const bytes = new Uint8Array(buffer, byteOffset, byteLength);
    return { $bytes: btoa(bytes.reduce((text, byte) => text + String.fromCharCode(byte), "")) };
  }
  const only = dollarKey(value);
  return only ? { [`$${only}`]: value[only] } : value;
}

function revive(_key: string, value: Anything): unknown {
  const only = dollarKey(value);
  if (only === "$bytes") return Uint8Array.from(atob(value[only]), (character) => character.charCodeAt(0));
  return only && only[1] === "$" ? { [only.slice(1)]: value[only] } : value;
}

/** The key of an object that has no other one (that JSON would write), if it begins with `$`. */
function dollarKey(value: Anything): string | false | undefined {
  const [only, other] = Object.keys((typeof value === "object" && value) || {}).filter(
    (key) => value[key] !== undefined,
  );
  return other === undefined && only?.[0] === "$" && only;
}
