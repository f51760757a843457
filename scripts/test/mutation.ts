/** Damage to bytes, drawn by lot, for fuzzers. */

import type { Random } from "./random.ts";

/** One to four changes: a byte, a bit, a part that is gone, twice there or cut off, or something else between. */
export function mutate(random: Random, bytes: Buffer, words: readonly string[] = []): Buffer {
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
      return Buffer.concat([before, Buffer.from(words.length === 0 ? "" : random.pick(words), "latin1"), behind]);
  }
}
