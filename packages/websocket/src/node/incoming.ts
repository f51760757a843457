/** What came in and is not ready at once: messages to be inflated, and events of which only one is emitted in a tick. */

import type { ConnectionHandler, Connection as Protocol } from "../protocol/connection.ts";
import { atOnce } from "./at-once.ts";
import type { Deflate } from "./deflate.ts";

/** What inflates: of a Deflate, no more than this. */
export type Decompressor = Pick<Deflate, "inflate">;

/** Who reads on when it is ready. */
export interface Reader {
  readonly protocol: Protocol<Buffer>;
  /** Nothing more is read until `goOn`. */
  hold(): void;
  /** Calls `deliver`, and reads on. Not called back if the connection is gone. */
  goOn(deliver: () => void): void;
}

export interface IncomingOptions {
  readonly deflate: Decompressor | undefined;
  /** Several events in one tick. */
  readonly synchronous: boolean;
}

interface Inflated {
  readonly error: Error | undefined;
  readonly message: Buffer;
}

export class Incoming implements ConnectionHandler<Buffer> {
  private readonly reader: Reader;
  private readonly events: ConnectionHandler<Buffer>;
  private readonly options: IncomingOptions;

  constructor(reader: Reader, events: ConnectionHandler<Buffer>, options: IncomingOptions) {
    this.reader = reader;
    this.events = events;
    this.options = options;
  }

  message(data: Buffer, binary: boolean, ascii: boolean): void {
    if (this.options.synchronous) this.events.message(data, binary, ascii);
    else this.later(() => this.events.message(data, binary, ascii));
  }

  fragment(data: Buffer, binary: boolean, fin: boolean): void {
    if (this.options.synchronous) this.events.fragment?.(data, binary, fin);
    else this.later(() => this.events.fragment?.(data, binary, fin));
  }

  ping(data: Buffer): void {
    if (this.options.synchronous) this.events.ping(data);
    else this.later(() => this.events.ping(data));
  }

  pong(data: Buffer): void {
    if (this.options.synchronous) this.events.pong(data);
    else this.later(() => this.events.pong(data));
  }

  /** Small messages are inflated within the call, in their turn; what takes longer is waited for (RFC 7692 §6.2). */
  compressed(data: Buffer, binary: boolean): void {
    const { maxPayload } = this.reader.protocol;
    const inflated = atOnce<Inflated>(
      (done) => this.options.deflate?.inflate(data, maxPayload, (error, message) => done({ error, message })),
      (late) => this.reader.goOn(() => this.deliver(late, binary)),
    );
    if (inflated !== undefined) this.deliver(inflated, binary);
    else this.reader.hold();
  }

  private deliver({ error, message }: Inflated, binary: boolean): void {
    if (error !== undefined) throw error;
    this.reader.protocol.deliver(message, binary);
  }

  private later(emit: () => void): void {
    this.reader.hold();
    setImmediate(() => this.reader.goOn(emit));
  }
}
