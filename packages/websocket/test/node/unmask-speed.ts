/**
 * What unmasking costs by size, each way beside the others: where the thresholds of mask.ts and unmask.ts come from.
 * Run it by hand: `node --conditions=anywire-source --import tsx packages/websocket/test/node/unmask-speed.ts`
 */

import { createNativeUnmask } from "../../src/node/native-unmask.ts";
import { createSimdUnmask } from "../../src/node/simd-unmask.ts";
import { unmask as chosen } from "../../src/node/unmask.ts";
import { unmask as plain, unmaskBytes } from "../../src/protocol/mask.ts";
import type { Unmask, UnmaskInto } from "../../src/protocol/platform.ts";

const sizes = [16, 64, 96, 128, 160, 192, 256, 512, 1_024, 4_096, 16_384, 65_536, 1_048_576];
const rounds = 5;
/** As it lies in a chunk, behind a header. */
const headerSize = 14;

const ways: Record<string, Unmask | undefined> = {
  bytes: unmaskBytes,
  plain,
  simd: inPlace(createSimdUnmask()),
  native: inPlace(createNativeUnmask()),
  chosen,
};

function inPlace(unmaskInto: UnmaskInto | undefined): Unmask | undefined {
  return unmaskInto && ((bytes, key) => unmaskInto(bytes, key, bytes));
}

/** Nanoseconds for each call. */
function timeOf(unmask: Unmask, chunk: Buffer): number {
  const turns = Math.ceil(10_000_000 / (chunk.length + 300));
  const start = performance.now();
  for (let turn = 0; turn < turns; turn++) unmask(chunk.subarray(headerSize), 0x01020304);
  return ((performance.now() - start) / turns) * 1_000_000;
}

function bestTimes(size: number): Record<string, number> {
  const chunk = Buffer.alloc(headerSize + size);
  const best: Record<string, number> = {};
  for (let round = 0; round < rounds; round++) {
    for (const [name, unmask] of Object.entries(ways))
      if (unmask !== undefined) best[name] = Math.round(Math.min(best[name] ?? Infinity, timeOf(unmask, chunk)));
  }
  return best;
}

bestTimes(65_536); // until the machine code is hot
console.log("nanoseconds for each payload");
console.table(Object.fromEntries(sizes.map((size) => [size, bestTimes(size)])));
