/** UTF-8, RFC 3629, of whole texts. Pure; a platform that has a faster one gives it in its place. */

/** How text becomes bytes and comes back. */
export interface Utf8 {
  /** A surrogate that stands alone becomes U+FFFD. */
  encode(text: string): Uint8Array;
  /**
   * A byte order mark at the beginning is kept.
   * @returns undefined if the bytes are not UTF-8
   */
  decode(bytes: Uint8Array): string | undefined;
}

/** Longest list of arguments that every engine takes with ease. */
const chunkLength = 8_192;

const replacement = 0xfffd;

export const utf8: Utf8 = { encode, decode };

function encode(text: string): Uint8Array {
  const bytes = new Uint8Array(encodedLength(text));
  let to = 0;
  for (let at = 0; at < text.length; at++) {
    const point = codePointAt(text, at);
    if (point > 0xffff) at++;
    to = write(bytes, to, point);
  }
  return bytes;
}

function encodedLength(text: string): number {
  let length = 0;
  for (let at = 0; at < text.length; at++) {
    const point = codePointAt(text, at);
    if (point > 0xffff) at++;
    length += sizeOf(point);
  }
  return length;
}

function codePointAt(text: string, at: number): number {
  const point = text.codePointAt(at)!;
  return point >= 0xd800 && point <= 0xdfff ? replacement : point;
}

function sizeOf(point: number): number {
  if (point < 0x80) return 1;
  if (point < 0x800) return 2;
  return point < 0x10000 ? 3 : 4;
}

/** @returns where the next one goes */
function write(bytes: Uint8Array, at: number, point: number): number {
  const size = sizeOf(point);
  if (size === 1) {
    bytes[at] = point;
    return at + 1;
  }
  let rest = point;
  for (let n = size - 1; n > 0; n--) {
    bytes[at + n] = 0x80 | (rest & 0x3f);
    rest >>= 6;
  }
  bytes[at] = leads[size]! | rest;
  return at + size;
}

/** The bits that say how long a sequence is, by its length. */
const leads = [0, 0, 0xc0, 0xe0, 0xf0];

function decode(bytes: Uint8Array): string | undefined {
  const units = new Uint16Array(bytes.length);
  let length = 0;
  for (let at = 0; at < bytes.length; ) {
    const size = sequenceSize(bytes, at);
    if (size === 0) return undefined;
    const point = read(bytes, at, size);
    at += size;
    if (point > 0xffff) units[length++] = 0xd7c0 + (point >> 10);
    units[length++] = point > 0xffff ? 0xdc00 | (point & 0x3ff) : point;
  }
  return textOf(units.subarray(0, length));
}

/** @returns 0 if no whole and valid sequence is there (RFC 3629 §4) */
function sequenceSize(bytes: Uint8Array, at: number): number {
  const lead = bytes[at]!;
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0; // a continuation, or one that only overlong or too large code points begin with
  const size = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (at + size > bytes.length || !isSecond(lead, bytes[at + 1]!)) return 0;
  for (let n = 2; n < size; n++) if ((bytes[at + n]! & 0xc0) !== 0x80) return 0;
  return size;
}

/** Below the bounds the sequence would be overlong; above lie surrogates, or code points over U+10FFFF. */
function isSecond(lead: number, byte: number): boolean {
  const lowest = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const highest = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  return byte >= lowest && byte <= highest;
}

function read(bytes: Uint8Array, at: number, size: number): number {
  if (size === 1) return bytes[at]!;
  let point = bytes[at]! & (0x7f >> size);
  for (let n = 1; n < size; n++) point = (point << 6) | (bytes[at + n]! & 0x3f);
  return point;
}

function textOf(units: Uint16Array): string {
  let text = "";
  for (let from = 0; from < units.length; from += chunkLength) {
    text += String.fromCharCode(...units.subarray(from, from + chunkLength));
  }
  return text;
}
