/** Random names: of sockets, of sessions, of resumable sessions. Drawn in blocks, since a draw costs as much as a thousand bytes. */

import { randomFillSync } from "node:crypto";

const block = Buffer.allocUnsafeSlow(8 * 1024);
let used = block.length;

/** @returns base64url of so many random bytes (a multiple of 3 wastes nothing) */
export function randomId(bytes: number): string {
  if (used + bytes > block.length) {
    randomFillSync(block);
    used = 0;
  }
  const id = block.toString("base64url", used, used + bytes);
  block.fill(0, used, used + bytes); // what is a secret now is nowhere else
  used += bytes;
  return id;
}
