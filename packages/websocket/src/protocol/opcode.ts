/** Opcodes of frames, RFC 6455 §5.2 and §11.8. */

export const opcode = {
  continuation: 0x0,
  text: 0x1,
  binary: 0x2,
  close: 0x8,
  ping: 0x9,
  pong: 0xa,
} as const;

/** Control frames are never fragmented and may come between the fragments of a message (§5.5). */
export function isControl(code: number): boolean {
  return (code & 0x8) !== 0;
}

/** 3 to 7 are kept for data frames to come, 11 to 15 for control frames (§5.2). */
export function isReserved(code: number): boolean {
  return (code & 0x7) > 2;
}
