/**
 * Masking, RFC 6455 §5.3, as far as JavaScript alone gets: what a platform has no faster way for, and the oracle of those
 * that have one. The key is a number whose lowest byte masks the first byte.
 */

/** Up to here a word view costs more than it saves (test/node/unmask-speed.ts). */
const wordsFrom = 256;

const littleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** The key for a payload that goes on after `bytes` bytes. */
export function rotateKey(key: number, bytes: number): number {
  const bits = (bytes & 3) << 3;
  return bits === 0 ? key : (key >>> bits) | (key << (32 - bits));
}

/**
 * Unmasks (or masks) in place.
 * @returns true if what is there now is all ASCII: then it is valid UTF-8, and nobody has to look at it again
 */
export function unmask(bytes: Uint8Array, key: number): boolean {
  return bytes.length < wordsFrom || !littleEndian ? unmaskBytes(bytes, key) : unmaskWords(bytes, key);
}

/** The same, from `source` to `target`: as long, and elsewhere or the same bytes. */
export function unmaskInto(source: Uint8Array, key: number, target: Uint8Array): boolean {
  if (target !== source) target.set(source);
  return unmask(target, key);
}

/** By bytes, four a turn: the fastest for small payloads, and the oracle for the words. */
export function unmaskBytes(bytes: Uint8Array, key: number): boolean {
  const k0 = key & 0xff;
  const k1 = (key >>> 8) & 0xff;
  const k2 = (key >>> 16) & 0xff;
  const k3 = key >>> 24;
  const { length } = bytes;
  const whole = length & ~3;
  let seen = 0;
  let at = 0;
  for (; at < whole; at += 4) {
    seen |= bytes[at] = bytes[at]! ^ k0;
    seen |= bytes[at + 1] = bytes[at + 1]! ^ k1;
    seen |= bytes[at + 2] = bytes[at + 2]! ^ k2;
    seen |= bytes[at + 3] = bytes[at + 3]! ^ k3;
  }
  if (at < length) seen |= bytes[at] = bytes[at]! ^ k0;
  if (at + 1 < length) seen |= bytes[at + 1] = bytes[at + 1]! ^ k1;
  if (at + 2 < length) seen |= bytes[at + 2] = bytes[at + 2]! ^ k2;
  return seen < 0x80;
}

/** By aligned 32-bit words, eight a turn; what lies before and behind them by bytes. */
function unmaskWords(bytes: Uint8Array, key: number): boolean {
  const head = -bytes.byteOffset & 3;
  const count = (bytes.length - head) >>> 2;
  const words = new Int32Array(bytes.buffer, bytes.byteOffset + head, count);
  const wordKey = rotateKey(key, head);
  const headAscii = unmaskBytes(bytes.subarray(0, head), key);
  const tailAscii = unmaskBytes(bytes.subarray(head + count * 4), wordKey);
  return xorWords(words, wordKey) && headAscii && tailAscii;
}

function xorWords(words: Int32Array, key: number): boolean {
  const { length } = words;
  const whole = length & ~7;
  let seen = 0;
  let at = 0;
  for (; at < whole; at += 8) {
    seen |= words[at] = words[at]! ^ key;
    seen |= words[at + 1] = words[at + 1]! ^ key;
    seen |= words[at + 2] = words[at + 2]! ^ key;
    seen |= words[at + 3] = words[at + 3]! ^ key;
    seen |= words[at + 4] = words[at + 4]! ^ key;
    seen |= words[at + 5] = words[at + 5]! ^ key;
    seen |= words[at + 6] = words[at + 6]! ^ key;
    seen |= words[at + 7] = words[at + 7]! ^ key;
  }
  for (; at < length; at++) seen |= words[at] = words[at]! ^ key;
  return (seen & 0x80808080) === 0;
}
