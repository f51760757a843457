/** A sink that keeps what it is given; its reader is slow when the test says so. */

import type { EventSink, EventSinkHandler } from "../src/protocol/event-sink.ts";

export class MemorySink implements EventSink {
  readonly writes: Uint8Array[] = [];
  readonly handler: EventSinkHandler;
  bufferedBytes = 0;
  closed = false;
  ends = 0;
  isSlow = false;

  constructor(handler: EventSinkHandler) {
    this.handler = handler;
  }

  get text(): string {
    return Buffer.concat(this.writes).toString();
  }

  write(bytes: Uint8Array): boolean {
    this.writes.push(bytes);
    if (this.isSlow) this.bufferedBytes += bytes.length;
    return !this.isSlow;
  }

  end(): void {
    this.ends++;
    this.closed = true;
  }

  drain(): void {
    this.bufferedBytes = 0;
    this.isSlow = false;
    this.handler.drained();
  }
}
