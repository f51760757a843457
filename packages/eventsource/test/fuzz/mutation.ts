/** Damage to bytes, drawn by lot: the same lot for the same seed (mulberry32). */

export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = seed;
  }

  /** At least 0, below `end`. */
  below(end: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % end;
  }

  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.below(256)));
  }

  /** @throws {RangeError} for an empty list */
  pick<Item>(from: readonly Item[]): Item {
    const [item] = from.slice(this.below(from.length));
    if (item === undefined) throw new RangeError("nothing to pick from");
    return item;
  }
}

/** One to four changes: a byte, a bit, a part that is gone, twice there or cut off, or something else between. */
export function mutate(random: Random, bytes: Buffer, words: readonly string[]): Buffer {
  let mutated: Buffer = Buffer.from(bytes);
  for (let n = 1 + random.below(4); n > 0 && mutated.length > 0; n--) mutated = change(random, mutated, words);
  return mutated;
}

function change(random: Random, bytes: Buffer, words: readonly string[]): Buffer {
  const at = random.below(bytes.length);
  const end = Math.min(bytes.length, at + 1 + random.below(random.pick([2, 8, 64])));
  const [before, part, behind] = [bytes.subarray(0, at), bytes.subarray(at, end), bytes.subarray(end)];
  switch (random.below(7)) {
    case 0:
      return Buffer.concat([before, random.bytes(1), bytes.subarray(at + 1)]);
    case 1:
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
      return bytes;
    case 2:
      return Buffer.concat([before, behind]);
    case 3:
      return Buffer.concat([before, part, part, behind]);
    case 4:
      return Buffer.concat([before, random.bytes(1 + random.below(8)), part, behind]);
    case 5:
      return random.below(4) === 0 ? before : bytes;
    default:
      return Buffer.concat([before, Buffer.from(random.pick(words), "latin1"), behind]);
  }
}
