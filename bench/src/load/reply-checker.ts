/** Judges the stream of one connection: every byte must be the one that an honest server sends, and no byte may come unasked. Pure. */

import type { FrameRing } from "./frame-ring.ts";

/** The server lied, fell silent or hung up: what it is measured at says nothing. */
export class Disqualified extends Error {
  override readonly name = "Disqualified";
}

export interface Checker {
  /** `count` more replies are due. */
  ask(count: number): void;
  /**
   * @returns the replies that these bytes complete
   * @throws {Disqualified} at the first thing that is not what was asked for
   */
  take(bytes: Uint8Array): number;
}

/** For replies of which every byte is known beforehand. */
export class ReplyChecker implements Checker {
  private readonly expected: FrameRing;
  /** Bytes that came. */
  private received = 0;
  /** Replies that are complete, and those that are or were due. */
  private replied = 0;
  private asked = 0;

  constructor(expected: FrameRing) {
    this.expected = expected;
  }

  ask(count: number): void {
    this.asked += count;
  }

  take(bytes: Uint8Array): number {
    const agreed = this.expected.agreement(bytes, this.received);
    if (agreed < bytes.length) throw new Disqualified(this.difference(agreed, bytes[agreed]));
    this.received += bytes.length;
    const unasked = this.received - this.expected.startOf(this.asked);
    if (unasked > 0) throw new Disqualified(`${unasked} bytes came unasked`);
    const before = this.replied;
    while (this.expected.startOf(this.replied + 1) <= this.received) this.replied++;
    return this.replied - before;
  }

  private difference(offset: number, byte: number | undefined): string {
    const at = this.received + offset;
    let reply = this.replied;
    while (this.expected.startOf(reply + 1) <= at) reply++;
    return `byte ${at - this.expected.startOf(reply)} of reply ${reply} is ${byte}: not what was to come`;
  }
}
