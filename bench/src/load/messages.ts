/** The messages of a run: each with its number in front, so that a lost, repeated or reordered one is seen. Pure. */

import { type Entry, webSocketEntry } from "./entry.ts";
import { clientFrame, type Opcode, serverFrame } from "./frame.ts";
import { FrameChecker } from "./frame-checker.ts";
import { FrameRing } from "./frame-ring.ts";
import { type Checker, Disqualified, ReplyChecker } from "./reply-checker.ts";

/** So many messages differ, or as many as `mostBytes` hold; then they start over. */
const variety = 256;
const fewest = 4;
const mostBytes = 0x40_0000;

export interface Messages {
  readonly sent: FrameRing;
  /** What has to be agreed on before they are sent. */
  readonly entry: Entry;
  /** For the replies of one connection. */
  createChecker(): Checker;
}

export type MessageKind = "text" | "binary";

export function opcodeOf(kind: MessageKind): Opcode {
  return kind === "text" ? 1 : 2;
}

/**
 * What a client sends and a server sends back.
 * @param size of each payload in bytes, at least 8
 */
export function echoedMessages(kind: MessageKind, size: number): Messages {
  const payloads = payloadsOf(kind, size);
  const random = pseudoRandom(size);
  const expected = new FrameRing(payloads.map((payload) => serverFrame(opcodeOf(kind), payload)));
  return {
    sent: new FrameRing(payloads.map((payload) => clientFrame(opcodeOf(kind), payload, random()))),
    entry: webSocketEntry(),
    createChecker: () => new ReplyChecker(expected),
  };
}

/** What a server sends and a client sends back, masked with keys of its own. */
export function returnedMessages(kind: MessageKind, size: number): Messages {
  const payloads = payloadsOf(kind, size);
  const expected = new FrameRing(payloads);
  const judge = (payload: Uint8Array, reply: number): void => {
    if (payload.length !== size || expected.agreement(payload, expected.startOf(reply)) < size)
      throw new Disqualified(`the payload of reply ${reply} is not what was sent`);
  };
  return {
    sent: new FrameRing(payloads.map((payload) => serverFrame(opcodeOf(kind), payload))),
    entry: webSocketEntry(),
    createChecker: () => new FrameChecker({ opcode: opcodeOf(kind), masked: true }, judge),
  };
}

/** What event streams carry. */
export function publishedTexts(size: number): string[] {
  return payloadsOf("text", size).map((payload) => Buffer.from(payload).toString("latin1"));
}

/** @param size of each in bytes, at least 8 */
export function payloadsOf(kind: MessageKind, size: number): Uint8Array[] {
  const random = pseudoRandom(size);
  const count = Math.max(fewest, Math.min(variety, Math.floor(mostBytes / size)));
  return Array.from({ length: count }, (_, number) => {
    const payload = new Uint8Array(size);
    payload.set(numberOf(number));
    for (let at = 8; at < size; at++) payload[at] = kind === "text" ? letterOf(random()) : random() >>> 24;
    return payload;
  });
}

/** A message's number, as it stands in front of it. */
export function numberOf(number: number): Uint8Array {
  return Buffer.from(number.toString(16).padStart(8, "0"), "latin1");
}

function letterOf(random: number): number {
  return 97 + ((random >>> 16) % 26);
}

/** The same numbers in every run: a linear congruential generator of 32 bits. */
export function pseudoRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state;
  };
}
