/** UTF-8 (RFC 3629) that arrives in pieces: judged byte by byte, so the first bad one is found when it comes (RFC 6455 §8.1). */

/** From here on the platform's check of whole sequences is faster than ours. */
const wholeFrom = 32;

/** How many bytes must follow `lead`; -1 if it begins nothing. */
function following(lead: number): number {
  if (lead < 0x80) return 0;
  if (lead < 0xc2 || lead > 0xf4) return -1; // a continuation, or one that only overlong or too large code points begin with
  return lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
}

/** The lowest second byte: below it the sequence would be overlong. */
function lowest(lead: number): number {
  return lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
}

/** The highest second byte: above it lie surrogates, or code points over U+10FFFF. */
function highest(lead: number): number {
  return lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
}

export class Utf8Validator {
  /** Bytes that the open sequence still needs, and the bounds of the next. */
  private needed = 0;
  private lower = 0x80;
  private upper = 0xbf;
  private readonly isUtf8: (bytes: Uint8Array) => boolean;

  constructor(isUtf8: (bytes: Uint8Array) => boolean) {
    this.isUtf8 = isUtf8;
  }

  /** True where a text may end: no sequence is open. */
  get complete(): boolean {
    return this.needed === 0;
  }

  /** @returns false as soon as `bytes` cannot be the next piece of a valid text */
  accept(bytes: Uint8Array): boolean {
    let at = 0;
    while (this.needed > 0 && at < bytes.length) if (!this.step(bytes[at++]!)) return false;
    if (bytes.length - at >= wholeFrom) {
      const end = lastBoundary(bytes);
      if (!this.isUtf8(bytes.subarray(at, end))) return false;
      at = end;
    }
    while (at < bytes.length) if (!this.step(bytes[at++]!)) return false;
    return true;
  }

  private step(byte: number): boolean {
    if (this.needed === 0) return this.begin(byte);
    if (byte < this.lower || byte > this.upper) return false;
    this.needed--;
    this.lower = 0x80;
    this.upper = 0xbf;
    return true;
  }

  private begin(lead: number): boolean {
    const needed = following(lead);
    if (needed < 0) return false;
    this.needed = needed;
    this.lower = lowest(lead);
    this.upper = highest(lead);
    return true;
  }
}

/** Where the last sequence begins, if `bytes` ends inside it; else the end. */
function lastBoundary(bytes: Uint8Array): number {
  for (let back = 1; back <= 3; back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) break;
    if (byte >= 0xc0) return following(byte) >= back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}
