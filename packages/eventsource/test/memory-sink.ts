/** A sink that keeps what it is given; its reader is slow when the test says so. */

import type { EventSink, EventSinkHandler } from "../src/protocol/event-sink.ts";

export class MemorySink implements EventSink {
  readonly writes: (readonly Uint8Array[])[] = [];
  readonly handler: EventSinkHandler;
  bufferedBytes = 0;
  closed = false;
  ends = 0;
  destroys = 0;
  isSlow = false;

  constructor(handler: EventSinkHandler) {
    this.handler = handler;
  }

  get text(): string {
    return Buffer.concat(this.writes.flat()).toString();
  }

  write(pieces: readonly Uint8Array[]): boolean {
    this.writes.push(pieces);
    if (this.isSlow) this.bufferedBytes += Buffer.concat(pieces).length;
    return !this.isSlow;
  }

  end(): void {
    this.ends++;
    this.closed = true;
  }

  destroy(): void {
    this.destroys++;
    this.closed = true;
  }

  drain(): void {
    this.bufferedBytes = 0;
    this.isSlow = false;
    this.handler.drained();
  }
}
