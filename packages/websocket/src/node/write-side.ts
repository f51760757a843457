/** The half of a connection that sends: commands to frames, frames to writes. Holds no rule of any RFC. */

import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { ConnectionHandler, ConnectionRules, FrameForm, Connection as Protocol } from "../protocol/connection.ts";
import { copiedUpTo } from "../protocol/outbox.ts";
import type { Parts } from "../protocol/parts.ts";
import type { Deadlines } from "./deadlines.ts";
import type { Deflate } from "./deflate.ts";
import { atEndOfTick, type Ticking } from "./end-of-tick.ts";
import { type Exit, Outgoing, type SendForm } from "./outgoing.ts";
import { type SendCallback, Settlement, settle, unsent } from "./send-callback.ts";
import { writeOwned, writeShared } from "./write.ts";

/*
 * How it works. Frames that are sent while this connection's own chunk is read leave when the chunk has been read; all
 * others at the end of the tick. Either way they leave as one write, out of memory that is used again if the kernel took
 * it whole. That memory is shared: a stream that may keep what it is given (TLS, HTTP/2, any other Duplex, and one that is
 * corked) gets a copy.
 *
 * What is not ready at once (large messages to be compressed, Blobs) waits in `Outgoing`, and all that is sent later behind
 * it. Who neither compresses nor sends Blobs has none.
 */

/** What all connections of a process share. */
export interface Shared {
  readonly parts: Parts<Buffer>;
  readonly deadlines: Deadlines;
}

export interface ConnectionOptions extends ConnectionRules {
  /** Above so many bytes the peer is too slow. */
  readonly maxBufferedBytes: number;
  /** Then the connection ends. */
  readonly closeOnBackpressure: boolean;
  /** Several events in one tick. */
  readonly allowSynchronousEvents: boolean;
  /** Compression, if it was agreed on: then `compression` says so too. */
  readonly deflate: Deflate | undefined;
  readonly shared: Shared;
}

export interface ConnectionEvents extends ConnectionHandler<Buffer> {
  /** The peer broke the protocol, or what was to be sent could not be read; `closed` follows. */
  failed(error: Error): void;
  /** The stream is gone. Called exactly once. */
  closed(code: number, reason: Buffer): void;
  /** All has left, after the stream had asked to wait or more than `maxBufferedBytes` had waited. */
  drained(): void;
  /** More than `maxBufferedBytes` wait for the peer. Called once until `drained`. */
  backpressure(): void;
}

export interface ControlForm {
  /** @default as the side demands */
  readonly masked?: boolean | undefined;
  readonly callback?: SendCallback | undefined;
}

/** Frames that were made before, in the ways that a server sends them. */
export interface Prepared {
  /** Not compressed. */
  readonly frames: Buffer;
  /** As `deflate` has agreed. */
  framesFor(deflate: Deflate): Buffer;
}

/** So much leaves without waiting for the end of the tick. */
const flushedFrom = 0x1_0000;

export abstract class WriteSide implements Ticking, Exit {
  abstract readonly protocol: Protocol<Buffer>;
  readonly stream: Duplex;
  protected readonly options: ConnectionOptions;
  protected readonly events: ConnectionEvents;
  /** Frames wait for the end of the chunk that is read. */
  protected reading = false;
  protected outgoing: Outgoing | undefined;
  /** Nobody else writes through it, and what the kernel took is no longer read: its memory may be used again. */
  private readonly plain: boolean;
  private callbacks: SendCallback[] | undefined = undefined;
  private corked = false;
  private waiting = false;
  /** The peer is slow: `drained` is told when nothing waits any more. */
  private slow = false;
  /** So slow that `backpressure` was told. */
  private pressed = false;

  protected constructor(stream: Duplex, options: ConnectionOptions, events: ConnectionEvents) {
    this.stream = stream;
    this.options = options;
    this.events = events;
    this.plain = Object.getPrototypeOf(stream) === Socket.prototype;
    this.outgoing = options.deflate === undefined ? undefined : new Outgoing(this, options.deflate);
  }

  /** Bytes that `send` took and that have not left the process. */
  get bufferedAmount(): number {
    this.flush();
    return this.stream.writableLength + (this.outgoing?.bytes ?? 0);
  }

  get deflate(): Deflate | undefined {
    return this.options.deflate;
  }

  /** A client masks its frames, a server does not. */
  get masks(): boolean {
    return this.protocol.masks;
  }

  send(payload: Buffer | string, form: SendForm, callback: SendCallback | undefined): void {
    this.protocol.ask(form.fin);
    if (this.outgoing === undefined) this.frame(payload, form, callback);
    else this.outgoing.send(payload, form, callback);
  }

  sendBlob(blob: Blob, form: SendForm, callback: SendCallback | undefined): void {
    this.protocol.ask(form.fin);
    this.queue.sendBlob(blob, form, callback);
  }

  /** Whole messages in frames, masked and compressed as this side must. @throws {Error} between the fragments of a message */
  sendFrames(frames: Buffer, callback: SendCallback | undefined): void {
    this.protocol.askWhole();
    if (this.outgoing === undefined) this.frames(frames, callback);
    else this.outgoing.inOrder(frames.length, callback, () => this.frames(frames, callback));
  }

  /** @throws {Error} between the fragments of a message */
  sendPrepared(prepared: Prepared, callback: SendCallback | undefined): void {
    const { deflate } = this.options;
    if (deflate === undefined) return this.sendFrames(prepared.frames, callback);
    this.protocol.askWhole();
    this.queue.inOrder(prepared.frames.length, callback, () => this.frames(prepared.framesFor(deflate), callback));
  }

  sendControl(kind: "ping" | "pong", payload: Buffer | string, form: ControlForm = {}): void {
    if (this.outgoing === undefined) this.control(kind, payload, form);
    else this.outgoing.inOrder(payload.length, form.callback, () => this.control(kind, payload, form));
  }

  sendControlBlob(kind: "ping" | "pong", blob: Blob, form: ControlForm): void {
    this.queue.read(blob, form.callback, (payload) => this.control(kind, payload, form));
  }

  /** What `send` is called for within `write` leaves as one write when that has returned. */
  cork(write: () => void): void {
    const outer = this.corked;
    this.corked = true;
    try {
      write();
    } finally {
      this.corked = outer;
      if (!outer) this.flush();
    }
  }

  /** What was queued leaves now, as one write. */
  flush(): void {
    if (this.protocol.untaken === 0) return this.settleRest();
    const { stream } = this;
    const pieces = this.protocol.take();
    const settlement = this.callbacks && new Settlement(this.callbacks, stream);
    this.callbacks = undefined;
    if (this.plain && stream.writableCorked === 0) {
      writeShared(stream, pieces, settlement?.done);
      this.protocol.written(stream.writableLength !== 0);
    } else {
      const own = pieces instanceof Uint8Array ? this.owned(pieces) : pieces.map((piece) => this.owned(piece));
      this.protocol.written(false); // before anybody is called: a Duplex may call back at once
      writeOwned(stream, own, settlement?.done);
    }
    if (stream.writableLength === 0) return;
    settlement?.look();
    if (stream.writableNeedDrain) {
      this.slow = true;
      this.protocol.congestion(true);
    }
    this.grown();
  }

  endOfTick(): void {
    this.waiting = false;
    this.flush();
  }

  drained(): void {
    this.protocol.congestion(false);
    this.flush();
    this.relieve();
  }

  abstract terminate(): void;

  // Called by `Outgoing`.

  frame(payload: Buffer | string, form: FrameForm, callback: SendCallback | undefined): void {
    this.protocol.send(payload, form);
    this.queued(callback);
    if (typeof payload !== "string" && payload.length > copiedUpTo) this.flush();
  }

  wait(): void {
    this.protocol.wait(() => this.queue.inOrder(0, undefined, () => this.protocol.sendPong()));
  }

  grown(): void {
    const waiting = this.stream.writableLength + (this.outgoing?.bytes ?? 0);
    if (waiting > this.options.maxBufferedBytes) this.press();
  }

  abstract ready(): void;

  abstract failSending(error: Error): void;

  protected relieve(): void {
    if (!this.slow || this.stream.writableNeedDrain || (this.outgoing?.bytes ?? 0) > 0) return;
    this.slow = false;
    this.pressed = false;
    this.events.drained();
  }

  /** Made on first use. */
  protected get queue(): Outgoing {
    this.outgoing ??= new Outgoing(this, undefined);
    return this.outgoing;
  }

  private frames(frames: Buffer, callback: SendCallback | undefined): void {
    this.protocol.sendFrames(frames);
    this.queued(callback);
  }

  private control(kind: "ping" | "pong", payload: Buffer | string, { masked, callback }: ControlForm): void {
    this.protocol[kind](payload, masked);
    this.queued(callback);
  }

  private queued(callback: SendCallback | undefined): void {
    if (callback) {
      if (this.callbacks === undefined) this.callbacks = [callback];
      else this.callbacks.push(callback);
    }
    if (this.protocol.untaken >= flushedFrom) this.flush();
    else if (!this.reading && !this.corked && !this.waiting) {
      this.waiting = true;
      atEndOfTick(this);
    }
  }

  /** What was queued last became no bytes: it was empty, or nothing may be sent any more. */
  private settleRest(): void {
    const { callbacks } = this;
    if (callbacks === undefined) return;
    this.callbacks = undefined;
    process.nextTick(settle, callbacks, this.protocol.maySend ? undefined : unsent());
  }

  private owned(piece: Buffer): Buffer {
    return piece.buffer === this.options.shared.parts.slab.bytes.buffer ? Buffer.from(piece) : piece;
  }

  private press(): void {
    if (this.pressed) return;
    this.slow = true;
    this.pressed = true;
    this.events.backpressure();
    if (this.options.closeOnBackpressure) this.terminate();
  }
}
