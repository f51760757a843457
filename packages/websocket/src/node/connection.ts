/** Bytes between a stream and the protocol, from the opening handshake to the end. Holds no rule of any RFC. */

import type { Duplex } from "node:stream";
import { Connection as Protocol } from "../protocol/connection.ts";
import { closeCodeOf, isProtocolError } from "../protocol/errors.ts";
import type { Timed } from "./deadlines.ts";
import { cut, hangUp } from "./http2-stream.ts";
import { Incoming, type Reader } from "./incoming.ts";
import { type ConnectionEvents, type ConnectionOptions, WriteSide } from "./write-side.ts";

export type { ConnectionEvents, ConnectionOptions, ControlForm, Shared } from "./write-side.ts";

/** Listeners are shared by all connections, and find theirs here. */
const connectionOf: unique symbol = Symbol("anywire.connection");

/** A socket, an HTTP/2 stream, or whatever a program has. */
type Stream = Duplex & {
  [connectionOf]?: Connection | undefined;
  setTimeout?(milliseconds: number): unknown;
  setNoDelay?(): unknown;
};

/** Whether a WebSocket has this stream already. */
export function isConnected(stream: Stream): boolean {
  return stream[connectionOf] !== undefined;
}

export class Connection extends WriteSide implements Timed, Reader {
  readonly protocol: Protocol<Buffer>;
  /** The stream has closed. */
  gone = false;
  private readonly beating: boolean;
  private watched = false;
  private ended = false;
  private cut = false;
  /** The stream brings nothing more. */
  private over = false;
  /** The stream has closed before all that it brought was ready. */
  private late = false;

  constructor(stream: Duplex, options: ConnectionOptions, events: ConnectionEvents) {
    super(stream, options, events);
    this.beating = options.heartbeat !== undefined;
    const { deflate, allowSynchronousEvents: synchronous } = options;
    const direct = deflate === undefined && synchronous;
    const handler = direct ? events : new Incoming(this, events, { deflate, synchronous });
    this.protocol = new Protocol(options, options.shared.parts, handler);
  }

  /** Begins to read, on the next tick: `head` first, which came behind the opening handshake. */
  start(head: Buffer): void {
    const stream: Stream = this.stream;
    stream[connectionOf] = this;
    stream.setTimeout?.(0);
    stream.setNoDelay?.();
    if (head.length > 0) stream.unshift(head);
    stream.on("close", onClose).on("data", onData).on("end", onEnd).on("error", onError).on("drain", onDrain);
    if (this.options.heartbeat !== undefined) this.watch();
  }

  /** A close frame was asked for or has come, or the stream has ended. */
  get closing(): boolean {
    return this.over || this.protocol.leaving || this.protocol.state !== "open";
  }

  /** Both close frames have gone their way. */
  get wasClean(): boolean {
    return this.protocol.clean;
  }

  close(payload: Buffer): void {
    if (this.closing) return;
    this.protocol.leaving = true;
    if (this.outgoing === undefined) this.sendClose(payload);
    else this.outgoing.inOrder(0, undefined, () => this.sendClose(payload));
    if (!this.watched) this.watch();
  }

  terminate(): void {
    this.flush();
    this.cut = true;
    this.protocol.end();
    cut(this.stream);
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
    this.readOn();
  }

  tick(now: number): number {
    const due = this.protocol.tick(now);
    if (this.protocol.expired) this.terminate();
    else this.flush();
    return due;
  }

  // Called by `Outgoing`.

  ready(): void {
    this.protocol.ready();
    this.flush();
    this.settle();
    this.relieve();
  }

  failSending(error: Error): void {
    this.protocol.silence();
    if (!this.watched) this.watch();
    this.flush();
    this.stream.end();
    this.events.failed(error);
  }

  // Called by `Incoming`.

  hold(): void {
    this.protocol.hold();
    this.stream.pause();
  }

  goOn(deliver: () => void): void {
    if (this.cut || this.gone) return;
    this.protocol.release();
    try {
      this.read(deliver);
    } finally {
      if (this.late && !this.protocol.held) this.closed();
      else this.readOn();
    }
  }

  /** The next chunk, or what was held and is ready; undefined to go on with what is unread. */
  read(next: Buffer | (() => void) | undefined): void {
    this.reading = true;
    try {
      if (next === undefined) this.protocol.resume();
      else if (typeof next !== "function")
        this.protocol.receive(next, this.beating ? this.options.shared.deadlines.now : 0);
      else this.deliver(next);
    } catch (error) {
      this.caught(error);
    } finally {
      this.reading = false;
      this.flush(); // whatever was sent meanwhile leaves as one write
      this.settle();
    }
  }

  private deliver(held: () => void): void {
    held();
    this.protocol.read();
  }

  private readOn(): void {
    if (!this.protocol.paused && !this.protocol.held) this.stream.resume();
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

  private sendClose(payload: Buffer): void {
    this.protocol.close(payload);
    this.flush();
    this.settle();
  }

  /** Follows the protocol into the closing handshake, and out of it. A stream ends when what it brought was read. */
  private settle(): void {
    if (this.over && !this.protocol.held && !this.protocol.hasUnread) this.protocol.end();
    const { state, expired } = this.protocol;
    if (expired && !this.cut) this.terminate();
    if (state === "open") return;
    if (!this.watched) this.watch();
    if (state !== "closed" || this.ended) return;
    this.ended = true;
    hangUp(this.stream);
  }

  private watch(): void {
    this.watched = this.closing;
    const { deadlines } = this.options.shared;
    deadlines.cancel(this);
    const due = this.tick(deadlines.time());
    if (due !== Infinity) deadlines.schedule(this, due);
  }

  // Called by the listeners below.

  endOfStream(): void {
    this.over = true;
    this.settle();
  }

  /** What was unread when the stream broke is still delivered, unless we broke it. */
  closed(): void {
    try {
      if (!this.cut) this.readRest();
    } finally {
      this.late = this.protocol.held && !this.cut;
      if (!this.late) this.finish();
    }
  }

  private readRest(): void {
    const rest: unknown = this.stream.read(this.stream.readableLength);
    if (Buffer.isBuffer(rest)) this.read(rest);
    while (this.protocol.hasUnread && !this.protocol.held && !this.cut) this.read(undefined); // however often it is paused
  }

  private finish(): void {
    const { protocol } = this;
    protocol.end();
    this.flush(); // settles the callbacks of what was queued
    this.outgoing?.close();
    this.options.deflate?.release();
    this.options.shared.deadlines.cancel(this);
    this.gone = true;
    this.events.closed(protocol.closeCode, protocol.closeReason);
  }
}

function readOn(connection: Connection): void {
  if (!connection.protocol.paused) connection.resume();
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
