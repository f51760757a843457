/** Reads raw DEFLATE (RFC 1951) to see how far back it points, which zlib does not tell: it allows more than the window. */

import assert from "node:assert/strict";

const lengthExtra = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const distanceBase = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145,
  8193, 12289, 16385, 24577,
];
const codeLengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** Canonical Huffman code (§3.2.2): "length/bits" to symbol. */
type Code = Map<string, number>;

function codeOf(lengths: readonly number[]): Code {
  const code: Code = new Map();
  let next = 0;
  for (let length = 1; length <= 15; length++) {
    next <<= 1;
    lengths.forEach((each, symbol) => {
      if (each === length) code.set(`${length}/${next++}`, symbol);
    });
  }
  return code;
}

const fixedLengths = Array.from({ length: 288 }, (_, n) => (n < 144 ? 8 : n < 256 ? 9 : n < 280 ? 7 : 8));
const fixed = { literals: codeOf(fixedLengths), distances: codeOf(Array.from({ length: 30 }, () => 5)) };

class Reader {
  private at = 0;
  private readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get ended(): boolean {
    return this.at >= 8 * this.bytes.length;
  }

  bits(count: number): number {
    let value = 0;
    for (let n = 0; n < count; n++, this.at++) value |= ((this.bytes[this.at >> 3]! >> (this.at & 7)) & 1) << n;
    return value;
  }

  symbol(code: Code): number {
    let bits = 0;
    for (let length = 1; length <= 15; length++) {
      bits = (bits << 1) | this.bits(1);
      const symbol = code.get(`${length}/${bits}`);
      if (symbol !== undefined) return symbol;
    }
    throw new Error("no such code");
  }

  skipStored(): void {
    this.at = 8 * Math.ceil(this.at / 8);
    const length = this.bits(16);
    this.at += 16 + 8 * length;
  }

  /** §3.2.7 */
  dynamic(): typeof fixed {
    const [literals, distances, codes] = [this.bits(5) + 257, this.bits(5) + 1, this.bits(4) + 4];
    const codeLengths = Array.from({ length: 19 }, () => 0);
    for (const symbol of codeLengthOrder.slice(0, codes)) codeLengths[symbol] = this.bits(3);
    const code = codeOf(codeLengths);
    const lengths: number[] = [];
    while (lengths.length < literals + distances) {
      const symbol = this.symbol(code);
      if (symbol < 16) lengths.push(symbol);
      else if (symbol === 16) lengths.push(...Array(this.bits(2) + 3).fill(lengths.at(-1)));
      else lengths.push(...Array(symbol === 17 ? this.bits(3) + 3 : this.bits(7) + 11).fill(0));
    }
    return { literals: codeOf(lengths.slice(0, literals)), distances: codeOf(lengths.slice(literals)) };
  }
}

/** The longest distance in what is left of a flush, its tail put back. 0 for none. */
export function longestDistance(payload: Buffer): number {
  const reader = new Reader(Buffer.concat([payload, Buffer.from([0, 0, 0xff, 0xff])]));
  let longest = 0;
  while (!reader.ended) {
    assert.equal(reader.bits(1), 0, "a final block");
    const type = reader.bits(2);
    if (type === 0) reader.skipStored();
    else longest = Math.max(longest, longestOf(reader, type === 1 ? fixed : reader.dynamic()));
  }
  return longest;
}

function longestOf(reader: Reader, { literals, distances }: typeof fixed): number {
  let longest = 0;
  for (;;) {
    const symbol = reader.symbol(literals);
    if (symbol === 256) return longest;
    if (symbol < 256) continue;
    reader.bits(lengthExtra[symbol - 257]!);
    const distance = reader.symbol(distances);
    longest = Math.max(longest, distanceBase[distance]! + reader.bits(Math.max(0, (distance >> 1) - 1)));
  }
}
