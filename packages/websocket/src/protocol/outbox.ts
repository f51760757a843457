/** Frames of one connection that have not left, in order; small ones lie side by side, so that they leave as one write. */

import { type OutgoingFrame, outgoingHeaderSize, writeFrameHeader } from "./frame.ts";
import type { Platform } from "./platform.ts";
import type { Slab } from "./slab.ts";

/** Up to here a payload is copied behind its header (bench: echo). */
export const copiedUpTo = 0x4000;

/** Filled and read at once, by whoever writes a frame: nobody is called between. */
const frame: OutgoingFrame = { first: 0, length: 0, masked: false, key: 0 };

export class Outbox<Bytes extends Uint8Array> {
  /** Bytes that were added and not taken. */
  bytes = 0;
  /** A masking key that nobody can foretell (RFC 6455 §5.3), for each frame that is masked. */
  nextKey: () => number;
  /** In order. Mostly there is only one: a list for it would cost more than the rest (bench: broadcast). */
  private first: Bytes | undefined = undefined;
  private several: Bytes[] | undefined = undefined;
  private readonly platform: Platform<Bytes>;
  private readonly slab: Slab<Bytes>;
  private entered = false;
  /** The run of frames that is open at the end of the slab; none if `memory` is undefined. */
  private memory: Bytes | undefined = undefined;
  private start = 0;
  private end = 0;

  constructor(slab: Slab<Bytes>, nextKey: () => number) {
    this.platform = slab.platform;
    this.slab = slab;
    this.nextKey = nextKey;
  }

  /**
   * Adds a frame; `first` is its first byte. A payload of more than `copiedUpTo` bytes is copied only to be masked: else it
   * must be taken before it changes.
   */
  add(first: number, payload: Bytes | string, masked: boolean): void {
    frame.first = first;
    frame.masked = masked;
    if (masked) frame.key = this.nextKey();
    if (typeof payload === "string") this.addText(payload);
    else this.addBytes(payload);
  }

  /** Adds frames that were made before, and do not change. */
  addFrames(frames: Bytes): void {
    this.closeRun();
    this.push(frames);
    this.bytes += frames.length;
  }

  /** What is to be written: one piece, or several in order. `written` must be called before the next `add`. */
  take(): Bytes | readonly Bytes[] {
    this.closeRun();
    const { first, several } = this;
    this.first = undefined;
    this.several = undefined;
    this.bytes = 0;
    return several ?? first ?? [];
  }

  /** What was taken has been written; `kept` if it may still be read where it lies. */
  written(kept: boolean): void {
    if (!this.entered) return;
    this.entered = false;
    this.slab.leave(kept);
  }

  private addBytes(payload: Bytes): void {
    const { length } = payload;
    frame.length = length;
    const headerSize = outgoingHeaderSize(length, frame.masked);
    if (length > copiedUpTo) return this.addLargeBytes(payload, headerSize);
    this.openRun(headerSize + length);
    const at = writeFrameHeader(this.slab.bytes, this.end, frame);
    this.slab.bytes.set(payload, at);
    this.endRun(at, length);
  }

  private addLargeBytes(payload: Bytes, headerSize: number): void {
    if (frame.masked) {
      const own = this.platform.allocate(headerSize + payload.length);
      own.set(payload, headerSize);
      this.addOwn(own);
      return;
    }
    this.openRun(headerSize);
    this.endRun(writeFrameHeader(this.slab.bytes, this.end, frame), 0);
    this.addFrames(payload);
  }

  private addText(text: string): void {
    const length = this.platform.byteLength(text);
    frame.length = length;
    const headerSize = outgoingHeaderSize(length, frame.masked);
    if (length > copiedUpTo) {
      const own = this.platform.allocate(headerSize + length);
      this.platform.writeUtf8(own, text, headerSize);
      this.addOwn(own);
      return;
    }
    this.openRun(headerSize + length);
    const at = writeFrameHeader(this.slab.bytes, this.end, frame);
    if (length === text.length) this.platform.writeAscii(this.slab.bytes, text, at);
    else this.platform.writeUtf8(this.slab.bytes, text, at);
    this.endRun(at, length);
  }

  /** A large frame in memory of its own: the payload is there, the header is missing. */
  private addOwn(own: Bytes): void {
    const at = writeFrameHeader(own, 0, frame);
    if (frame.masked) this.platform.unmask(this.platform.view(own, at, own.length), frame.key);
    this.addFrames(own);
  }

  /** Makes room for `size` bytes at `end`; goes on with the open run if nobody came between. */
  private openRun(size: number): void {
    const { slab } = this;
    slab.reserve(size);
    if (!this.entered) {
      this.entered = true;
      slab.enter();
    }
    if (this.memory === slab.bytes && this.end === slab.end) return;
    this.closeRun();
    this.memory = slab.bytes;
    this.start = this.end = slab.end;
  }

  /** Header and payload have been written; the payload begins at `at`. */
  private endRun(at: number, length: number): void {
    const end = at + length;
    if (frame.masked) this.platform.unmask(this.platform.view(this.slab.bytes, at, end), frame.key);
    this.bytes += end - this.end;
    this.end = this.slab.end = end;
  }

  private closeRun(): void {
    if (this.memory === undefined) return;
    this.push(this.platform.view(this.memory, this.start, this.end));
    this.memory = undefined;
  }

  private push(piece: Bytes): void {
    if (this.first === undefined) this.first = piece;
    else if (this.several === undefined) this.several = [this.first, piece];
    else this.several.push(piece);
  }
}
