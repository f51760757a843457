/** Bytes between a stream and the protocol. Holds no rule of any RFC. */

import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { type ConnectionHandler, type ConnectionRules, Connection as Protocol } from "../protocol/connection.ts";
import { closeCodeOf, isProtocolError } from "../protocol/errors.ts";
import { copiedUpTo } from "../protocol/outbox.ts";
import type { Slab } from "../protocol/slab.ts";
import type { Deadlines, Timed } from "./deadlines.ts";
import { atEndOfTick, type Ticking } from "./end-of-tick.ts";
import { type SendCallback, settlementOf } from "./send-callback.ts";
import { writeOwned, writeShared } from "./write.ts";

/*
 * How it works. Frames that are sent while this connection's own chunk is read leave when the chunk has been read; all
 * others at the end of the tick. Either way they leave as one write, out of memory that is used again if the kernel took
 * it whole. That memory is shared: a stream that may keep what it is given (TLS, HTTP/2, any other Duplex) gets a copy.
 *
 * Listeners are shared by all connections and find theirs through a symbol on the stream.
 */

export interface ConnectionEvents extends ConnectionHandler<Buffer> {
  /** The peer broke the protocol; `closed` follows. */
  failed(error: Error): void;
  /** The stream is gone. Called exactly once. */
  closed(code: number, reason: Buffer): void;
  /** All has left after the stream had asked to wait. */
  drained(): void;
  /** More than `maxBufferedBytes` wait for the peer. Called once until `drained`. */
  backpressure(): void;
}

/** What all connections of a process share. */
export interface Shared {
  readonly slab: Slab<Buffer>;
  readonly deadlines: Deadlines;
}

export interface ConnectionOptions extends ConnectionRules {
  readonly maxBufferedBytes: number;
  readonly shared: Shared;
}

const connectionOf: unique symbol = Symbol("anywire.connection");

type Stream = Duplex & { [connectionOf]?: Connection | undefined };

/** Whether a WebSocket has this stream already. */
export function isConnected(stream: Stream): boolean {
  return stream[connectionOf] !== undefined;
}

/** So much leaves without waiting for the end of the tick. */
const flushedFrom = 0x1_0000;

export class Connection implements Timed, Ticking {
  readonly protocol: Protocol<Buffer>;
  readonly stream: Duplex;
  /** The stream has closed. */
  gone = false;
  private readonly options: ConnectionOptions;
  private readonly events: ConnectionEvents;
  /** Nobody else writes through it, and what the kernel took is no longer read: its memory may be used again. */
  private readonly plain: boolean;
  private readonly beating: boolean;
  private callbacks: SendCallback[] | undefined = undefined;
  private reading = false;
  private waiting = false;
  private closing = false;
  private ended = false;
  private cut = false;
  private pressed = false;

  constructor(stream: Duplex, options: ConnectionOptions, events: ConnectionEvents) {
    this.stream = stream;
    this.options = options;
    this.events = events;
    this.beating = options.heartbeat !== undefined;
    this.plain = Object.getPrototypeOf(stream) === Socket.prototype;
    this.protocol = new Protocol(options, options.shared.slab, events);
  }

  /** Begins to read, on the next tick: `head` first, which came behind the opening handshake. */
  start(head: Buffer): void {
    const stream: Stream = this.stream;
    stream[connectionOf] = this;
    if (stream instanceof Socket) {
      stream.setTimeout(0);
      stream.setNoDelay();
    }
    if (head.length > 0) stream.unshift(head);
    stream.on("close", onClose).on("data", onData).on("end", onEnd).on("error", onError).on("drain", onDrain);
    if (this.options.heartbeat !== undefined) this.watch();
  }

  /** Bytes that `send` took and that have not left the process. */
  get bufferedAmount(): number {
    this.flush();
    return this.stream.writableLength;
  }

  send(payload: Buffer | string, form: { binary: boolean; fin: boolean }, callback: SendCallback | undefined): void {
    this.protocol.send(payload, form.binary, form.fin);
    this.queued(callback);
    if (typeof payload !== "string" && payload.length > copiedUpTo) this.flush();
  }

  sendFrames(frames: Buffer, callback: SendCallback | undefined): void {
    this.protocol.sendFrames(frames);
    this.queued(callback);
  }

  sendControl(kind: "ping" | "pong", payload: Buffer | string, callback: SendCallback | undefined): void {
    this.protocol[kind](payload);
    this.queued(callback);
  }

  close(payload: Buffer): void {
    this.protocol.close(payload);
    this.flush();
    this.settle();
  }

  terminate(): void {
    this.flush();
    this.cut = true;
    this.protocol.end();
    this.stream.destroy();
  }

  /** Once the handshake is over, the rest of the stream is read in any case, or its end would never be seen. */
  pause(): void {
    if (this.ended) return;
    this.flush();
    this.protocol.pause();
    this.stream.pause();
  }

  resume(): void {
    if (this.reading) this.protocol.resume();
    else this.read(undefined);
    if (!this.protocol.paused) this.stream.resume();
  }

  /** What was queued leaves now, as one write. */
  flush(): void {
    if (this.protocol.untaken === 0) return;
    const { stream } = this;
    const pieces = this.protocol.take();
    const done = settlementOf(this.callbacks);
    this.callbacks = undefined;
    if (this.plain) {
      writeShared(stream, pieces, done);
      this.protocol.written(stream.writableLength !== 0);
    } else {
      const own = pieces instanceof Uint8Array ? this.owned(pieces) : pieces.map((piece) => this.owned(piece));
      this.protocol.written(false); // before anybody is called: a Duplex may call back at once
      writeOwned(stream, own, done);
    }
    if (stream.writableLength === 0) return;
    if (stream.writableNeedDrain) this.protocol.congestion(true);
    if (stream.writableLength > this.options.maxBufferedBytes) this.press();
  }

  endOfTick(): void {
    this.waiting = false;
    this.flush();
  }

  tick(now: number): number {
    const due = this.protocol.tick(now);
    if (this.protocol.expired) this.terminate();
    else this.flush();
    return due;
  }

  private queued(callback: SendCallback | undefined): void {
    if (callback !== undefined) {
      if (this.callbacks === undefined) this.callbacks = [callback];
      else this.callbacks.push(callback);
    }
    if (this.protocol.untaken >= flushedFrom) this.flush();
    else if (!this.reading && !this.waiting) {
      this.waiting = true;
      atEndOfTick(this);
    }
  }

  /** The next chunk, or undefined to go on with what is unread. */
  read(chunk: Buffer | undefined): void {
    this.reading = true;
    try {
      if (chunk === undefined) this.protocol.resume();
      else this.protocol.receive(chunk, this.beating ? this.options.shared.deadlines.now : 0);
    } catch (error) {
      this.caught(error);
    } finally {
      this.reading = false;
      this.flush(); // whatever was sent meanwhile leaves as one write
      this.settle();
    }
  }

  /** The one place where a connection fails. A listener's own mistake is not the peer's: what is unread is read on. */
  private caught(error: unknown): void {
    if (!isProtocolError(error)) {
      process.nextTick(readOn, this);
      throw error;
    }
    this.protocol.fail(closeCodeOf(error));
    this.events.failed(error);
  }

  /** Follows the protocol into the closing handshake, and out of it. */
  private settle(): void {
    const { state } = this.protocol;
    if (state === "open") return;
    if (!this.closing) {
      this.closing = true;
      this.watch();
    }
    if (state !== "closed" || this.ended) return;
    this.ended = true;
    this.stream.end();
    this.stream.resume();
  }

  private watch(): void {
    const { deadlines } = this.options.shared;
    deadlines.cancel(this);
    const due = this.tick(deadlines.time());
    if (due !== Infinity) deadlines.schedule(this, due);
  }

  private owned(piece: Buffer): Buffer {
    return piece.buffer === this.options.shared.slab.bytes.buffer ? Buffer.from(piece) : piece;
  }

  private press(): void {
    if (this.pressed) return;
    this.pressed = true;
    this.events.backpressure();
  }

  // Called by the listeners below.

  endOfStream(): void {
    this.protocol.end();
    this.settle();
  }

  drained(): void {
    this.pressed = false;
    this.protocol.congestion(false);
    this.flush();
    this.events.drained();
  }

  /** What was unread when the stream broke is still delivered, unless we broke it. */
  closed(): void {
    const { protocol } = this;
    try {
      if (!this.cut) this.readRest();
    } finally {
      protocol.end();
      this.flush(); // settles the callbacks of what was queued
      this.options.shared.deadlines.cancel(this);
      this.gone = true;
      this.events.closed(protocol.closeCode, protocol.closeReason);
    }
  }

  private readRest(): void {
    const rest: unknown = this.stream.read(this.stream.readableLength);
    if (Buffer.isBuffer(rest)) this.read(rest);
    while (this.protocol.hasUnread && !this.cut) this.read(undefined); // however often it is paused
  }
}

function readOn(connection: Connection): void {
  if (!connection.protocol.paused) connection.read(undefined);
}

function onData(this: Stream, chunk: Buffer): void {
  this[connectionOf]?.read(chunk);
}

function onEnd(this: Stream): void {
  this[connectionOf]?.endOfStream();
}

function onDrain(this: Stream): void {
  this[connectionOf]?.drained();
}

/** The world failed: `close` tells it, with 1006. */
function onError(this: Stream): void {
  this.destroy();
}

function onClose(this: Stream): void {
  const connection = this[connectionOf];
  this[connectionOf] = undefined;
  connection?.closed();
}
