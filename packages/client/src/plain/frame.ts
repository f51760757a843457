/**
 * Frames of the plain wire as small as they go (wires: "Envelope"). The rules are those of `@anywire/protocol/plain`, which the tests
 * hold this to; what that refuses as malformed is here read as far as it goes, for it comes from a server that the program chose.
 */

import type { Anything } from "@anywire/protocol/emitter";

/** What a frame says: an event, or the answer to one. Nothing in it is certain: it came over the wire. */
export type Frame = Readonly<Partial<Record<"event" | "data" | "args" | "id" | "ack" | "error", Anything>>>;

/**
 * @returns the JSON, with binary data as `{"$bytes":"<base64>"}`
 * @throws {TypeError} for what JSON has no form for, or runs in a circle
 */
export function formatFrame(frame: Frame): string {
  return JSON.stringify(frame, escapeDollars);
}

/** Text that is no envelope is a `message`. */
export function parseFrame(text: string): Frame {
  const frame = parse(text);
  const { event, ack } = frame ?? {};
  return typeof event === "string" || (event === undefined && Number.isInteger(ack))
    ? frame
    : { event: "message", data: text };
}

/** The JSON of a stream's event: its one argument, or `args` (wires: "SSE"). */
export function parseData(json: string): Frame {
  const data = parse(json);
  return data?.args ? data : { data };
}

export function base64(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

function parse(json: string): Anything {
  try {
    return JSON.parse(json, revive);
  } catch {
    return undefined;
  }
}

/** JSON.stringify has applied `toJSON` to `value`; binary data (a Buffer) is not to be asked for it. */
function escapeDollars(this: Anything, key: string, value: Anything): unknown {
  const raw = this[key];
  if (ArrayBuffer.isView(raw) || raw instanceof ArrayBuffer) {
    const { buffer = raw, byteOffset, byteLength }: Anything = raw; // an ArrayBuffer has no `buffer`
    return { $bytes: base64(new Uint8Array(buffer, byteOffset, byteLength)) };
  }
  const only = dollarKey(value);
  return only ? { [`$${only}`]: value[only] } : value;
}

function revive(_key: string, value: Anything): unknown {
  const only = dollarKey(value);
  const text = only && value[only];
  if (only === "$bytes" && typeof text === "string" && text.length % 4 === 0 && /^[a-z\d+/]*={0,2}$/i.test(text))
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  return only?.[1] === "$" ? { [only.slice(1)]: text } : value;
}

/** The key of an object that has no other one (that JSON would write), if it begins with `$`. */
function dollarKey(value: Anything): string | undefined {
  if (typeof value !== "object") return undefined;
  const [only, other] = Object.keys(value ?? {}).filter((key) => !/^[uf]|sy/.test(typeof value[key]));
  return other === undefined && only?.[0] === "$" ? only : undefined;
}
