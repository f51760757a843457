/** What one side of the plain wire demands of the events it reads and writes. */

import { type Base64, base64 } from "../base64.ts";

export interface PlainRules {
  /** Levels of arrays and objects in an argument. */
  readonly maxDepth: number;
  /** Longest id read, in characters. */
  readonly maxIdLength: number;
  readonly base64: Base64;
}

/** The defaults; Node spreads them and gives its own base64, which makes Buffers. */
export const plainRules: PlainRules = { maxDepth: 1_000, maxIdLength: 64, base64 };
