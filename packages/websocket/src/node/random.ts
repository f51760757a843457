/** Random bytes of the client: the key of its handshake (RFC 6455 §4.1) and the masking keys of its frames (§5.3). */

import { randomBytes, randomFillSync } from "node:crypto";

/** Filled in one call, and only in a process that has a client. */
const poolSize = 0x2000;

let pool = Buffer.alloc(0);
let taken = 0;

/** 16 bytes in base64 (§4.1, 7). */
export function randomKey(): string {
  return randomBytes(16).toString("base64");
}

/** Four bytes that nobody can foresee (§10.3), as a number whose lowest byte masks the first byte. */
export function randomMaskingKey(): number {
  if (taken === pool.length) refill();
  const key = pool.readInt32LE(taken);
  taken += 4;
  return key;
}

function refill(): void {
  if (pool.length === 0) pool = Buffer.allocUnsafeSlow(poolSize);
  randomFillSync(pool);
  taken = 0;
}

/** Keys that the program makes: `generateMask` writes four bytes into a Buffer, the same at each call. */
export function maskingKeyFrom(generateMask: (mask: Buffer) => void): () => number {
  const mask = Buffer.alloc(4);
  return () => {
    generateMask(mask);
    return mask.readInt32LE(0);
  };
}
