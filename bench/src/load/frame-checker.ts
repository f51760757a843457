/** Judges the stream of one connection frame by frame, where the bytes of an honest answer are not known beforehand. Pure. */

import type { Opcode } from "./frame.ts";
import { type Checker, Disqualified } from "./reply-checker.ts";

export interface FrameForm {
  readonly opcode: Opcode;
  /** A client's are, a server's are not (RFC 6455 §5.1). */
  readonly masked: boolean;
}

/** Throws if `payload`, unmasked, is not that of the reply with this number. It may keep it only as a copy. */
export type Judge = (payload: Uint8Array, reply: number) => void;

/** Every reply is one whole frame of the same form. */
export class FrameChecker implements Checker {
  private readonly form: FrameForm;
  private readonly judge: Judge;
  /** A frame that is cut. */
  private rest: Buffer = Buffer.alloc(0);
  private replied = 0;
  private asked = 0;

  constructor(form: FrameForm, judge: Judge) {
    this.form = form;
    this.judge = judge;
  }

  ask(count: number): void {
    this.asked += count;
  }

  take(bytes: Uint8Array): number {
    const unread =
      this.rest.length > 0
        ? Buffer.concat([this.rest, bytes])
        : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    const before = this.replied;
    let at = 0;
    for (let size = this.readFrame(unread); size > 0; size = this.readFrame(unread.subarray(at))) at += size;
    this.rest = Buffer.from(unread.subarray(at)); // a copy: the bytes are only lent
    if (this.rest.length > 0) this.checkAsked();
    return this.replied - before;
  }

  /** @returns the bytes of the frame at the front, 0 while some are missing */
  private readFrame(bytes: Buffer): number {
    if (bytes.length < 2) return 0;
    const { opcode, masked } = this.form;
    if (bytes[0] !== (0x80 | opcode))
      throw new Disqualified(`reply ${this.replied} begins with ${bytes[0]}, not ${0x80 | opcode}`);
    if (bytes[1]! >= 0x80 !== masked)
      throw new Disqualified(`reply ${this.replied} is ${masked ? "not masked" : "masked"}`);
    const start = headerSize(bytes[1]!);
    if (bytes.length < start) return 0;
    const end = start + payloadLength(bytes);
    if (bytes.length < end) return 0;
    this.checkAsked();
    this.judge(masked ? unmasked(bytes, start, end) : bytes.subarray(start, end), this.replied++);
    return end;
  }

  private checkAsked(): void {
    if (this.replied === this.asked) throw new Disqualified(`reply ${this.replied} came unasked`);
  }
}

/** RFC 6455 §5.2. */
function headerSize(second: number): number {
  const code = second & 0x7f;
  return (code < 126 ? 2 : code === 126 ? 4 : 10) + (second >= 0x80 ? 4 : 0);
}

function payloadLength(bytes: Buffer): number {
  const code = bytes[1]! & 0x7f;
  if (code < 126) return code;
  return code === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
}

function unmasked(bytes: Buffer, start: number, end: number): Uint8Array {
  const payload = new Uint8Array(end - start);
  for (let n = 0; n < payload.length; n++) payload[n] = bytes[start + n]! ^ bytes[start - 4 + (n & 3)]!; // §5.3
  return payload;
}
