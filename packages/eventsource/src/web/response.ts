/** The body of a fetch Response as the sink of an event stream (WHATWG Streams §4). */

import type { EventSink, EventSinkHandler } from "../protocol/event-sink.ts";
import { joinPieces } from "../protocol/joined-pieces.ts";

/** Bytes that may wait before a writer is told to; as much as a response of node:http takes. */
const highWaterMark = 16 * 1024;

/** What is needed of an AbortSignal, whoever made it. */
export interface EndSignal {
  readonly aborted: boolean;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

/**
 * What waits is kept here, and not in the stream's own queue: it is counted, small pieces leave as one when the reader
 * asks for more, and nothing of it is kept when the stream is destroyed.
 */
export class ResponseBody implements EventSink {
  readonly stream: ReadableStream<Uint8Array>;
  private handler: EventSinkHandler | undefined;
  private readonly signal: EndSignal | undefined;
  private controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  private state: "open" | "ending" | "closed" = "open";
  private waiting: Uint8Array[] = [];
  private waitingBytes = 0;
  /** A read of the other side has found nothing. */
  private isAwaited = false;
  /** A writer has been told that the reader does not keep up. */
  private isFull = false;

  /** @param signal of a request: aborted when its client has gone */
  constructor(signal: EndSignal | undefined) {
    this.signal = signal;
    this.stream = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.controller = controller;
        },
        pull: () => this.pull(),
        cancel: () => this.finish(),
      },
      { highWaterMark: 0 }, // pulls when it is read, no sooner
    );
  }

  /** From now on, `handler` is told. */
  open(handler: EventSinkHandler): this {
    this.handler = handler;
    if (this.signal?.aborted === true) this.leave();
    else this.signal?.addEventListener("abort", this.leave);
    return this;
  }

  get closed(): boolean {
    return this.state !== "open";
  }

  get bufferedBytes(): number {
    return this.waitingBytes;
  }

  write(pieces: readonly Uint8Array[]): boolean {
    if (this.closed) return false;
    for (const piece of pieces) {
      this.waiting.push(piece);
      this.waitingBytes += piece.length;
    }
    if (this.isAwaited) this.deliver();
    this.isFull ||= this.waitingBytes >= highWaterMark; // and stays so until all has been read
    return !this.isFull;
  }

  end(): void {
    if (this.closed) return;
    this.state = "ending";
    if (this.waiting.length === 0) this.close();
  }

  destroy(): void {
    this.fail(Object.assign(new Error("the stream was ended before all of it was read"), { name: "AbortError" }));
  }

  /** Ends it at once: the reader gets `reason`, and nothing that waits. */
  fail(reason: unknown): void {
    if (this.state === "closed") return;
    this.controller?.error(reason);
    this.finish();
  }

  private pull(): void {
    this.isAwaited = true;
    this.deliver();
  }

  private deliver(): void {
    const [next, ...rest] = joinPieces(this.waiting, allocate);
    if (next === undefined) return;
    this.isAwaited = false;
    this.waiting = rest;
    this.waitingBytes -= next.length;
    this.controller?.enqueue(next);
    if (rest.length === 0) this.emptied();
  }

  private emptied(): void {
    if (this.state === "ending") this.close();
    else if (this.isFull) queueMicrotask(() => this.drained()); // an error of a listener is not the stream's
    this.isFull = false;
  }

  private drained(): void {
    if (!this.closed) this.handler?.drained();
  }

  /** Nobody reads any more, so there is nobody to tell of an error. */
  private readonly leave = (): void => {
    if (this.state !== "closed") this.close();
  };

  private close(): void {
    this.controller?.close();
    this.finish();
  }

  private finish(): void {
    this.state = "closed";
    this.waiting = [];
    this.waitingBytes = 0;
    this.signal?.removeEventListener("abort", this.leave);
    queueMicrotask(() => this.handler?.closed());
  }
}

const allocate = (size: number): Uint8Array => new Uint8Array(size);
