/** Ids of sessions: secrets of 120 random bits, in the alphabet and the length of engine.io's. */

import { randomFillSync } from "node:crypto";

const size = 15;
/** Random bytes are drawn in blocks: a draw costs more than its bytes. */
const block = Buffer.alloc(size * 256);
let used = block.length;

export function createSessionId(): string {
  if (used === block.length) {
    randomFillSync(block);
    used = 0;
  }
  const id = block.toString("base64url", used, used + size);
  block.fill(0, used, used + size); // a secret that was given away is nobody else's
  used += size;
  return id;
}
