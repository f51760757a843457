/** Judges the stream of one connection: every byte must be the one that an honest server sends, and no byte may come unasked. Pure. */

import type { FrameRing } from "./frame-ring.ts";

/** The server lied, fell silent or hung up: what it is measured at says nothing. */
export class Disqualified extends Error {
  override readonly name = "Disqualified";
}

export class ReplyChecker {
  private readonly expected: FrameRing;
  private received = 0;
  private asked = 0;

  constructor(expected: FrameRing) {
    this.expected = expected;
  }

  /** `count` more replies are due. */
  ask(count: number): void {
    this.asked += count * this.expected.frameLength;
  }

  /**
   * @returns the replies that these bytes complete
   * @throws {Disqualified} at the first byte that differs
   */
  take(bytes: Uint8Array): number {
    const { frameLength } = this.expected;
    const agreed = this.expected.agreement(bytes, this.received);
    if (agreed < bytes.length) throw new Disqualified(this.difference(agreed, bytes[agreed]));
    const before = Math.floor(this.received / frameLength);
    this.received += bytes.length;
    if (this.received > this.asked) throw new Disqualified(`${this.received - this.asked} bytes came unasked`);
    return Math.floor(this.received / frameLength) - before;
  }

  private difference(offset: number, byte: number | undefined): string {
    const at = this.received + offset;
    const { frameLength } = this.expected;
    return `byte ${at % frameLength} of reply ${Math.floor(at / frameLength)} is ${byte}: not what was to come`;
  }
}
