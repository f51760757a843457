/** The messages of a run: each with its number in front, so that a lost, repeated or reordered one is seen. Pure. */

import { clientFrame, type Opcode, serverFrame } from "./frame.ts";
import { FrameRing } from "./frame-ring.ts";

/** So many messages differ; then they start over. */
const variety = 256;

export interface Messages {
  readonly sent: FrameRing;
  readonly expected: FrameRing;
}

export type MessageKind = "text" | "binary";

/** @param size of each payload in bytes, at least 8 */
export function echoedMessages(kind: MessageKind, size: number): Messages {
  const opcode: Opcode = kind === "text" ? 1 : 2;
  const random = pseudoRandom(size);
  const payloads = Array.from({ length: variety }, (_, number) => payloadOf(kind, size, { number, random }));
  return {
    sent: new FrameRing(payloads.map((payload) => clientFrame(opcode, payload, random()))),
    expected: new FrameRing(payloads.map((payload) => serverFrame(opcode, payload))),
  };
}

interface Seed {
  readonly number: number;
  readonly random: () => number;
}

/** Text is ASCII letters, binary is any byte. */
function payloadOf(kind: MessageKind, size: number, { number, random }: Seed): Uint8Array {
  const payload = new Uint8Array(size);
  payload.set(Buffer.from(number.toString(16).padStart(8, "0"), "latin1"));
  for (let at = 8; at < size; at++) payload[at] = kind === "text" ? 97 + ((random() >>> 16) % 26) : random() >>> 24;
  return payload;
}

/** The same numbers in every run: a linear congruential generator of 32 bits. */
function pseudoRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state;
  };
}
