/** Base64 with padding, RFC 4648 §4. Pure; a platform that has a faster one gives it in its place. */

/** How bytes become text and come back; on Node, `decode` may make Buffers. */
export interface Base64 {
  encode(bytes: Uint8Array): string;
  /** @param text passes `isBase64` */
  decode(text: string): Uint8Array;
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const padding = 0x3d;

const digits = Uint8Array.from(alphabet, (character) => character.charCodeAt(0));
const values = new Uint8Array(128);
for (let value = 0; value < 64; value++) values[digits[value]!] = value;

/** Longest list of arguments that every engine takes with ease. */
const chunkLength = 8_192;

export const base64: Base64 = { encode, decode };

function paddingOf(text: string): number {
  if (text.endsWith("==")) return 2;
  return text.endsWith("=") ? 1 : 0;
}

function encode(bytes: Uint8Array): string {
  const text = new Uint8Array(Math.ceil(bytes.length / 3) * 4);
  let to = 0;
  for (let from = 0; from < bytes.length; from += 3) {
    const group = (bytes[from]! << 16) | ((bytes[from + 1] ?? 0) << 8) | (bytes[from + 2] ?? 0);
    text[to++] = digits[group >> 18]!;
    text[to++] = digits[(group >> 12) & 63]!;
    text[to++] = digits[(group >> 6) & 63]!;
    text[to++] = digits[group & 63]!;
  }
  text.fill(padding, text.length - ((3 - (bytes.length % 3)) % 3));
  return asciiOf(text);
}

function asciiOf(codes: Uint8Array): string {
  let text = "";
  for (let from = 0; from < codes.length; from += chunkLength) {
    text += String.fromCharCode(...codes.subarray(from, from + chunkLength));
  }
  return text;
}

function decode(text: string): Uint8Array {
  const bytes = new Uint8Array((text.length / 4) * 3 - paddingOf(text));
  const at = (index: number): number => values[text.charCodeAt(index)]!;
  let to = 0;
  for (let from = 0; from < text.length; from += 4) {
    const group = (at(from) << 18) | (at(from + 1) << 12) | (at(from + 2) << 6) | at(from + 3);
    bytes[to++] = group >> 16;
    bytes[to++] = group >> 8; // beyond the end, an assignment to a typed array does nothing
    bytes[to++] = group;
  }
  return bytes;
}
