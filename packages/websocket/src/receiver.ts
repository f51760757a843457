/** class Receiver: what ws has behind a WebSocket, a Writable that takes the bytes of a peer. RFC 6455 §5 to §7. */

import { Writable } from "node:stream";
import { type CompressionExtensions, decompressorOf } from "./compression-face.ts";
import { Incoming, type Reader } from "./node/incoming.ts";
import { resolveConnection } from "./options.ts";
import { Connection as Protocol } from "./protocol/connection.ts";
import { isProtocolError } from "./protocol/errors.ts";
import { MemoryBudget } from "./protocol/memory-budget.ts";
import { type BinaryType, convert } from "./socket-events.ts";

export interface ReceiverOptions {
  /** The peer is a client: its frames are masked (§5.1). @default false */
  isServer?: boolean | undefined;
  extensions?: CompressionExtensions | undefined;
  /** @default "nodebuffer" */
  binaryType?: BinaryType | undefined;
  /** Longest message accepted, in bytes; 0 for no limit. @default 104_857_600 */
  maxPayload?: number | undefined;
  /** Most frames of a message; 0 for no limit. @default 0 */
  maxFragments?: number | undefined;
  /** Most chunks that one frame may come in; 0 for no limit. @default 0 */
  maxBufferedChunks?: number | undefined;
  /** Take texts and reasons as they are. @default false */
  skipUTF8Validation?: boolean | undefined;
  /** Several events may be emitted in one tick. @default true */
  allowSynchronousEvents?: boolean | undefined;
}

type Done = (error?: Error) => void;

/**
 * Emits `message` (data, isBinary), `ping` and `pong` (data), `conclude` (code, reason) for a close frame, behind which it
 * ends, and `error` with a `code` for a peer's fault. A chunk that is written is changed: its frames are unmasked in place.
 */
export class Receiver extends Writable {
  private readonly intake: Intake;

  constructor(options: ReceiverOptions = {}) {
    super();
    this.intake = new Intake(this, options);
  }

  override _write(chunk: Buffer, _encoding: string, done: Done): void {
    this.intake.receive(chunk, done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.intake.protocol.end();
    done(error);
  }
}

/** Chunk by chunk: the next is asked for when what the last one has brought is emitted. */
class Intake implements Reader {
  readonly protocol: Protocol<Buffer>;
  private readonly receiver: Receiver;
  private done: Done | undefined = undefined;

  constructor(receiver: Receiver, { isServer = false, binaryType = "nodebuffer", ...options }: ReceiverOptions) {
    this.receiver = receiver;
    const rules = resolveConnection({ ...options, autoPong: false }, isServer ? "server" : "client");
    const deflate = decompressorOf(options.extensions);
    const events = {
      message: (data: Buffer, binary: boolean): void => {
        const plain = !binary || binaryType === "nodebuffer";
        receiver.emit("message", plain ? data : convert(data, binaryType), binary);
      },
      ping: (data: Buffer) => receiver.emit("ping", data),
      pong: (data: Buffer) => receiver.emit("pong", data),
    };
    this.protocol = new Protocol(
      { ...rules, compression: deflate !== undefined, budget: new MemoryBudget(Number.MAX_SAFE_INTEGER) },
      rules.shared.parts,
      new Incoming(this, events, { deflate, synchronous: rules.allowSynchronousEvents }),
    );
  }

  receive(chunk: Buffer, done: Done): void {
    if (this.protocol.state !== "open") return done(); // nothing counts behind a close frame (§1.4)
    this.done = done;
    this.read(() => this.protocol.receive(chunk, 0));
  }

  // Called by `Incoming`.

  hold(): void {
    this.protocol.hold();
  }

  goOn(deliver: () => void): void {
    if (this.receiver.destroyed) return;
    this.protocol.release();
    this.read(() => {
      deliver();
      this.protocol.read();
    });
  }

  private read(next: () => void): void {
    try {
      next();
    } catch (error) {
      if (!isProtocolError(error)) throw error; // a listener's own
      return this.done?.(error);
    }
    if (this.protocol.held) return;
    if (this.protocol.state !== "open") this.conclude();
    this.done?.();
  }

  private conclude(): void {
    const { protocol, receiver } = this;
    protocol.take(); // the answer to the close frame is for others to give
    protocol.written(false);
    receiver.emit("conclude", protocol.closeCode, protocol.closeReason);
    receiver.end();
  }
}
