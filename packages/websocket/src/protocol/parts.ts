/** What a connection has only while it has something to do: so an idle one is small, and a busy one costs no allocation. */

import type { ConnectionRules } from "./connection-rules.ts";
import { FrameDecoder, type FrameHandler } from "./frame-decoder.ts";
import { Outbox } from "./outbox.ts";
import type { Platform } from "./platform.ts";
import { Slab } from "./slab.ts";

/** One part of each kind is kept for who needs it next: connections take turns, so there is seldom need of a second. */
export class Parts<Bytes extends Uint8Array> {
  readonly platform: Platform<Bytes>;
  readonly slab: Slab<Bytes>;
  private decoder: FrameDecoder<Bytes> | undefined = undefined;
  private outbox: Outbox<Bytes> | undefined = undefined;

  constructor(platform: Platform<Bytes>) {
    this.platform = platform;
    this.slab = new Slab(platform);
  }

  takeDecoder(rules: ConnectionRules, handler: FrameHandler<Bytes>): FrameDecoder<Bytes> {
    const { decoder } = this;
    this.decoder = undefined;
    if (decoder === undefined) return new FrameDecoder(rules, this.platform, handler);
    decoder.serve(rules, handler);
    return decoder;
  }

  /** It must be idle. */
  keepDecoder(decoder: FrameDecoder<Bytes>): void {
    this.decoder = decoder;
  }

  takeOutbox({ nextKey }: ConnectionRules): Outbox<Bytes> {
    const { outbox } = this;
    this.outbox = undefined;
    if (outbox === undefined) return new Outbox(this.slab, nextKey);
    outbox.nextKey = nextKey;
    return outbox;
  }

  /** It must be empty. */
  keepOutbox(outbox: Outbox<Bytes>): void {
    this.outbox = outbox;
  }
}
