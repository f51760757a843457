/** Memory for frames on their way out, shared by many connections and used again once all of them have been written. */

import type { Platform } from "./platform.ts";

const slabSize = 0x1_0000;

export class Slab<Bytes extends Uint8Array> {
  bytes: Bytes;
  /** Everything from here on is free. */
  end = 0;
  /** Connections that have frames in here, or in a slab before this. */
  private users = 0;
  private kept = false;
  readonly platform: Platform<Bytes>;

  constructor(platform: Platform<Bytes>) {
    this.platform = platform;
    this.bytes = platform.allocate(slabSize);
  }

  /** Makes room for `size` bytes, at `end`. */
  reserve(size: number): void {
    if (this.end + size > this.bytes.length) this.renew();
  }

  /** A connection has put a frame in. */
  enter(): void {
    this.users++;
  }

  /** Its frames were written; `kept` if somebody may still read them where they lie. */
  leave(kept: boolean): void {
    this.users--;
    this.kept ||= kept;
    if (this.users > 0) return;
    if (this.kept) this.renew();
    this.end = 0;
  }

  private renew(): void {
    this.bytes = this.platform.allocate(slabSize);
    this.end = 0;
    this.kept = false;
  }
}
