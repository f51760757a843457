/** The two streams of a WebSocketStream, with backpressure both ways: WHATWG Streams §4 and §5. */

import {
  ReadableStream,
  type ReadableStreamDefaultController,
  WritableStream,
  type WritableStreamDefaultController,
} from "node:stream/web";
import { Deferred } from "./deferred.ts";
import { bytesOf, exactArrayBuffer } from "./message-data.ts";
import { toText } from "./web-idl.ts";

/** Where messages go and come from. */
export interface Wire {
  /** `done` is called once: with true when the bytes have left, with false if they never will. */
  send(payload: Buffer | string, done: (left: boolean) => void): void;
  /** No messages, until `resume`. */
  pause(): void;
  resume(): void;
  /** Begins the closing handshake, with what the reason of a stream's end has to say. */
  close(reason: unknown): void;
  /** Rejected if the connection does not close cleanly. Nobody has to handle it. */
  readonly closed: Promise<unknown>;
}

export class MessageStreams {
  readonly readable: ReadableStream<string | Uint8Array>;
  readonly writable: WritableStream<string | ArrayBuffer | ArrayBufferView>;
  private readonly wire: Wire;
  private readonly ended = new Deferred<never>();
  private reader: ReadableStreamDefaultController<string | Uint8Array> | undefined = undefined;
  private writer: WritableStreamDefaultController | undefined = undefined;
  private paused = false;
  private cancelled = false;

  constructor(wire: Wire) {
    this.wire = wire;
    this.readable = new ReadableStream({
      start: (controller) => {
        this.reader = controller;
      },
      pull: () => this.pull(),
      cancel: (reason) => this.cancel(reason),
    });
    this.writable = new WritableStream({
      start: (controller) => {
        this.writer = controller;
      },
      write: (chunk) => this.write(chunk),
      close: () => this.close(),
      abort: (reason) => wire.close(reason),
    });
  }

  /** While what was received is not read, the peer is not read from. */
  receive(data: Buffer, binary: boolean): void {
    const { reader } = this;
    if (reader === undefined || this.cancelled) return;
    reader.enqueue(binary ? new Uint8Array(exactArrayBuffer(data)) : data.toString());
    if ((reader.desiredSize ?? 0) > 0) return;
    this.paused = true;
    this.wire.pause();
  }

  /** What was received can still be read. Nothing more can be written: `tooLate` says why. */
  closeCleanly(tooLate: DOMException): void {
    if (!this.cancelled) this.reader?.close();
    this.endWriting(tooLate);
  }

  fail(error: DOMException, writeError: DOMException): void {
    this.reader?.error(error);
    this.endWriting(writeError);
  }

  private endWriting(error: DOMException): void {
    this.writer?.error(error);
    this.ended.reject(error);
  }

  private pull(): void {
    if (!this.paused) return;
    this.paused = false;
    this.wire.resume();
  }

  private cancel(reason: unknown): void {
    this.cancelled = true;
    this.wire.close(reason);
  }

  private async close(): Promise<void> {
    this.wire.close(undefined);
    await this.wire.closed;
  }

  /** What comes too late, or is lost with the connection, is not said to be written. */
  private write(chunk: unknown): Promise<void> {
    const payload = bytesOf(chunk) ?? toText(chunk);
    return new Promise((resolve) => {
      this.wire.send(payload, (left) => resolve(left ? undefined : this.ended.promise));
    });
  }
}
