/** Bytes between a stream and the protocol. Holds no rule of any RFC. */

import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { type ConnectionHandler, type ConnectionRules, Connection as Protocol } from "../protocol/connection.ts";
import { closeCodeOf, isProtocolError } from "../protocol/errors.ts";
import { copiedUpTo } from "../protocol/outbox.ts";
import type { Slab } from "../protocol/slab.ts";
import { flushAtEndOfTick } from "./end-of-tick.ts";
import { gather, scratchKept } from "./gather.ts";

/*
 * How it works. Frames that are sent while this connection's own chunk is read leave when the chunk has been read; all
 * others at the end of the tick. Either way they leave as one write, out of memory that is used again if the kernel took
 * it whole. That memory is shared: a stream that may keep what it is given (TLS, HTTP/2, any other Duplex) gets a copy.
 *
 * Listeners are shared by all connections and find theirs through a symbol on the stream.
 */

/** Called once the bytes have left the process, or never will. */
export type SendCallback = (error?: Error) => void;

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

/** Calls `tick` when it is due. */
export interface Deadlines {
  /** Milliseconds, as of the last look at the clock: good enough for a sign of life, and free. */
  readonly now: number;
  /** Milliseconds, exactly. */
  time(): number;
  schedule(task: Timed, due: number): void;
  cancel(task: Timed): void;
}

export interface Timed {
  /** @returns when it is due next; Infinity for never */
  tick(now: number): number;
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

type WriteCallback = (error: Error | null | undefined) => void;

const connectionOf: unique symbol = Symbol("anywire.connection");

type Stream = Duplex & { [connectionOf]?: Connection | undefined };

/** Whether a WebSocket reads from this stream already. */
export function isConnected(stream: Stream): boolean {
  return stream[connectionOf] !== undefined;
}

/** So much leaves without waiting for the end of the tick. */
const flushedFrom = 0x1_0000;

export class Connection implements Timed {
  readonly protocol: Protocol<Buffer>;
  readonly stream: Duplex;
  /** The stream has closed. */
  gone = false;
  private readonly options: ConnectionOptions;
  private readonly events: ConnectionEvents;
  /** Nobody else writes through it, and what the kernel took is no longer read: its memory may be used again. */
  private readonly plain: boolean;
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

  ping(payload: Buffer | string, callback: SendCallback | undefined): void {
    this.protocol.ping(payload);
    this.queued(callback);
  }

  pong(payload: Buffer | string, callback: SendCallback | undefined): void {
    this.protocol.pong(payload);
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

  pause(): void {
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
    this.waiting = false;
    if (this.protocol.untaken === 0) return;
    const { stream } = this;
    const pieces = this.protocol.take();
    const done = settlement(this.callbacks);
    this.callbacks = undefined;
    if (this.plain) {
      writeShared(stream, pieces, done);
      this.protocol.written(stream.writableLength !== 0);
    } else {
      const own = pieces.map((piece) => this.owned(piece));
      this.protocol.written(false); // before anybody is called: a Duplex may call back at once
      writeOwned(stream, own, done);
    }
    if (stream.writableNeedDrain) this.protocol.congestion(true);
    if (stream.writableLength > this.options.maxBufferedBytes) this.press();
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
      flushAtEndOfTick(this);
    }
  }

  /** The next chunk, or undefined to go on with what is unread. */
  private read(chunk: Buffer | undefined): void {
    this.reading = true;
    try {
      if (chunk === undefined) this.protocol.resume();
      else this.protocol.receive(chunk, this.options.shared.deadlines.now);
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
    this.stream.resume(); // or its end would never be seen
  }

  private watch(): void {
    const { deadlines } = this.options.shared;
    deadlines.cancel(this);
    const due = this.protocol.tick(deadlines.time());
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

  /** @internal Called by the listeners below. */
  receive(chunk: Buffer): void {
    this.read(chunk);
  }

  /** @internal */
  readOn(): void {
    if (!this.protocol.paused) this.read(undefined);
  }

  /** @internal */
  endOfStream(): void {
    this.protocol.end();
    this.settle();
  }

  /** @internal */
  drained(): void {
    this.pressed = false;
    this.protocol.congestion(false);
    this.flush();
    this.events.drained();
  }

  /** @internal What was unread when the stream broke is still delivered, unless we broke it. */
  closed(): void {
    const { stream } = this;
    const rest: unknown = this.cut ? null : stream.read(stream.readableLength);
    if (Buffer.isBuffer(rest)) this.read(rest);
    if (this.protocol.paused && !this.cut) this.read(undefined);
    this.protocol.end();
    this.flush(); // settles the callbacks of what was queued
    this.options.shared.deadlines.cancel(this);
    this.gone = true;
    this.events.closed(this.protocol.closeCode, this.protocol.closeReason);
  }
}

/** To a stream that does not look at its memory again once it has nothing left to write. */
function writeShared(stream: Duplex, pieces: readonly Buffer[], done: WriteCallback | undefined): void {
  const gathered = pieces.length > 1 ? gather(pieces) : undefined;
  if (gathered === undefined) return writeOwned(stream, pieces, done);
  stream.write(gathered, done);
  if (stream.writableLength !== 0) scratchKept();
}

/** To a stream that may keep what it is given. `done` is called when the last piece has been written. */
function writeOwned(stream: Duplex, pieces: readonly Buffer[], done: WriteCallback | undefined): void {
  const [first] = pieces;
  if (first !== undefined && pieces.length === 1) {
    stream.write(first, done);
    return;
  }
  stream.cork();
  pieces.forEach((piece, at) => {
    stream.write(piece, at === pieces.length - 1 ? done : undefined);
  });
  stream.uncork();
}

/** Calls them in the order of sending; one that throws does not keep the others from being called. */
function settlement(callbacks: readonly SendCallback[] | undefined): WriteCallback | undefined {
  if (callbacks === undefined) return undefined;
  return (error) => {
    for (const callback of callbacks) {
      try {
        callback(error ?? undefined);
      } catch (thrown) {
        process.nextTick(rethrow, thrown);
      }
    }
  };
}

function rethrow(thrown: unknown): never {
  throw thrown;
}

function readOn(connection: Connection): void {
  connection.readOn();
}

function onData(this: Stream, chunk: Buffer): void {
  this[connectionOf]?.receive(chunk);
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
