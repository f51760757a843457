/** What the Engine.IO codecs need of the platform. What is here works everywhere; Node and browsers have their own, which are faster. */

import { type Base64, base64 } from "../base64.ts";
import { type Utf8, utf8 } from "../utf8.ts";

/** Enough where packets are texts, or messages of a WebSocket. */
export interface TextPlatform {
  /** Its `decode` may make Buffers: they are then the data of the packets. */
  readonly base64: Base64;
}

export interface Platform extends TextPlatform {
  readonly utf8: Utf8;
}

/** Plain JavaScript. */
export const portable: Platform = { base64, utf8 };
