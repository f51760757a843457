/** Messages that are not ready at once: to be compressed, or read from a Blob. Whatever is sent later waits behind them. */

import type { Duplex } from "node:stream";
import type { FrameForm } from "../protocol/connection.ts";
import { atOnce } from "./at-once.ts";
import type { Deflate, DeflateDone } from "./deflate.ts";
import { type SendCallback, settle } from "./send-callback.ts";

/** How a program sends a message. */
export interface SendForm {
  readonly binary: boolean;
  /** False for all but the last fragment of a message. */
  readonly fin: boolean;
  /** Compress it, if that was agreed on. */
  readonly compress: boolean;
  readonly masked: boolean;
}

/** What compresses: of a Deflate, no more than this. */
export type Compressor = Pick<Deflate, "compresses" | "deflate">;

/** Where what is ready goes. */
export interface Exit {
  readonly stream: Duplex;
  frame(payload: Buffer | string, form: FrameForm, callback: SendCallback | undefined): void;
  /** Something is not ready: the answer to the peer's close frame must wait. */
  wait(): void;
  /** More waits here than before. */
  grown(): void;
  ready(): void;
  /** What was to be sent cannot be had. */
  failSending(error: Error): void;
}

/** What is being made ready, or waits for its turn. */
interface Waiting {
  readonly bytes: number;
  readonly callback: SendCallback | undefined;
}

interface Job extends Waiting {
  run(): void;
}

interface Made {
  readonly error: Error | undefined;
  readonly data: Buffer;
}

/** Longer payloads may be compressed later, when the program has changed them: they are copied. */
const copiedFrom = 0x1000;

const closedWhile = {
  deflating: "The socket was closed while data was being compressed",
  reading: "The socket was closed while the blob was being read",
} as const;

export class Outgoing {
  /** Bytes that wait here. */
  bytes = 0;
  private readonly exit: Exit;
  private readonly deflate: Compressor | undefined;
  private readonly jobs: Job[] = [];
  private current: (Waiting & { readonly doing: keyof typeof closedWhile }) | undefined = undefined;
  /** Whether the open message is compressed; undefined if none is open. */
  private compressing: boolean | undefined = undefined;

  constructor(exit: Exit, deflate: Compressor | undefined) {
    this.exit = exit;
    this.deflate = deflate;
  }

  send(payload: Buffer | string, form: SendForm, callback: SendCallback | undefined): void {
    if (this.current === undefined) return this.dispatch(payload, form, callback);
    const own = typeof payload === "string" ? payload : Buffer.from(payload);
    this.inOrder(lengthOf(own), callback, () => this.dispatch(own, form, callback));
  }

  /** Something that is ready leaves in its turn. */
  inOrder(bytes: number, callback: SendCallback | undefined, leave: () => void): void {
    if (this.current === undefined) return leave();
    this.jobs.push({ bytes, callback, run: leave });
    this.bytes += bytes;
    this.exit.grown();
  }

  sendBlob(blob: Blob, form: SendForm, callback: SendCallback | undefined): void {
    this.read(blob, callback, (data) => this.dispatch(data, form, callback));
  }

  /** In its turn, `leave` gets what the Blob holds. */
  read(blob: Blob, callback: SendCallback | undefined, leave: (data: Buffer) => void): void {
    const waiting = { bytes: blob.size, callback, doing: "reading" } as const;
    this.inOrder(blob.size, callback, () => this.make(waiting, (done) => readBlob(blob, done), leave));
  }

  /** The connection is gone: whoever waits is told, in order. A Blob is read on, for the error that it may have. */
  close(): void {
    if (this.current?.doing === "deflating") this.settle(new Error(closedWhile.deflating));
  }

  private dispatch(payload: Buffer | string, form: SendForm, callback: SendCallback | undefined): void {
    const { deflate } = this;
    const compressed = this.isCompressed(lengthOf(payload), form);
    if (!compressed || deflate === undefined) return this.exit.frame(payload, form, callback);
    const plain = plainOf(payload);
    const waiting = { bytes: plain.length, callback, doing: "deflating" } as const;
    const leave = (data: Buffer): void => this.exit.frame(data, { ...form, compressed }, callback);
    this.make(waiting, (done) => deflate.deflate(plain, form.fin, done), leave);
  }

  /** The first fragment decides for the whole message (RFC 7692 §6.1). */
  private isCompressed(length: number, { fin, compress }: SendForm): boolean {
    const compressed = this.compressing ?? (compress && this.deflate?.compresses(length) === true);
    this.compressing = fin ? undefined : compressed;
    return compressed;
  }

  private make(
    waiting: Exclude<typeof this.current, undefined>,
    begin: (done: DeflateDone) => void,
    leave: (data: Buffer) => void,
  ): void {
    const made = atOnce<Made>(
      (done) => begin((error, data) => done({ error, data })),
      (late) => this.made(late, leave),
    );
    this.current = waiting;
    this.bytes += waiting.bytes;
    if (made !== undefined) return this.leave(made, leave);
    this.exit.wait();
    this.exit.grown();
  }

  private made(made: Made, leave: (data: Buffer) => void): void {
    if (this.current === undefined) return; // closed meanwhile
    if (this.exit.stream.destroyed) return this.settle(made.error ?? new Error(closedWhile[this.current.doing]));
    this.leave(made, leave);
    while (this.current === undefined) {
      const job = this.jobs.shift();
      if (job === undefined) return this.exit.ready();
      this.bytes -= job.bytes;
      job.run();
    }
  }

  private leave({ error, data }: Made, leave: (data: Buffer) => void): void {
    if (error !== undefined) {
      this.settle(error);
      return this.exit.failSending(error);
    }
    this.bytes -= this.current?.bytes ?? 0;
    this.current = undefined;
    leave(data);
  }

  private settle(error: Error): void {
    const waiting = [this.current, ...this.jobs.splice(0)].flatMap((each) => each?.callback ?? []);
    this.current = undefined;
    this.bytes = 0;
    settle(waiting, error);
  }
}

function lengthOf(payload: Buffer | string): number {
  return typeof payload === "string" ? Buffer.byteLength(payload) : payload.length;
}

function plainOf(payload: Buffer | string): Buffer {
  return typeof payload === "string" || payload.length >= copiedFrom ? Buffer.from(payload) : payload;
}

function readBlob(blob: Blob, done: DeflateDone): void {
  blob.arrayBuffer().then(
    (data) => process.nextTick(done, undefined, Buffer.from(data)),
    (error: Error) => process.nextTick(done, error, Buffer.alloc(0)),
  );
}
