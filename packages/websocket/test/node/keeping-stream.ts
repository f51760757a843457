/** A connection on streams of every kind: what it writes, when the test lets it, and what it tells. */

import { Duplex } from "node:stream";
import { Connection, type ConnectionEvents, type ConnectionOptions } from "../../src/node/connection.ts";
import type { Deadlines } from "../../src/node/deadlines.ts";
import { Deflate, type DeflateDone } from "../../src/node/deflate.ts";
import type { SendForm } from "../../src/node/outgoing.ts";
import { platform } from "../../src/node/platform.ts";
import { MemoryBudget } from "../../src/protocol/memory-budget.ts";
import { Parts } from "../../src/protocol/parts.ts";

/** A stream that keeps what it is given, and takes it when the test says so. */
export class KeepingStream extends Duplex {
  readonly written: Buffer[] = [];
  taken: (() => void)[] = [];
  /** Takes at once. */
  eager = true;

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.written.push(chunk);
    if (this.eager) done();
    else this.taken.push(done);
  }

  override _read(): void {}

  get bytes(): Buffer {
    return Buffer.concat(this.written);
  }
}

export class Recorder implements ConnectionEvents {
  readonly events: unknown[] = [];
  onMessage: (data: Buffer) => void = () => {};
  message(data: Buffer): void {
    this.events.push(data.toString());
    this.onMessage(data);
  }
  ping(): void {}
  pong(): void {}
  failed(error: Error): void {
    this.events.push(error.message);
  }
  closed(code: number): void {
    this.events.push(code);
  }
  drained(): void {
    this.events.push("drain");
  }
  backpressure(): void {
    this.events.push("backpressure");
  }
}

export const deadlines: Deadlines = { now: 0, time: () => 0, schedule: () => {}, cancel: () => {} };

export function open(changes: Partial<ConnectionOptions> = {}): [Connection, KeepingStream, Recorder] {
  const stream = new KeepingStream({ highWaterMark: 1000 });
  const events = new Recorder();
  const options: ConnectionOptions = {
    masked: true,
    compression: false,
    deflate: undefined,
    maxPayload: 1000,
    maxBufferedChunks: Infinity,
    maxFragments: Infinity,
    validateUtf8: true,
    assembled: true,
    budget: new MemoryBudget(Infinity),
    nextKey: () => 0,
    allowSynchronousEvents: true,
    closeOnBackpressure: false,
    autoPong: true,
    maxPendingPings: Infinity,
    closeTimeout: 1000,
    heartbeat: undefined,
    maxBufferedBytes: 5000,
    shared: { parts: new Parts(platform), deadlines },
    ...changes,
  };
  const connection = new Connection(stream, options, events);
  connection.start(Buffer.alloc(0));
  return [connection, stream, events];
}

export const whole: SendForm = { binary: false, fin: true, compress: true, masked: false };
export const tick = (): Promise<void> => new Promise(setImmediate);

/** Compresses nothing, and is done with each message when the test says so. */
export class SlowDeflate extends Deflate {
  readonly pending: (() => void)[] = [];

  constructor() {
    super({}, {}, true);
  }

  override deflate(plain: Buffer, _fin: boolean, done: DeflateDone): void {
    this.pending.push(() => done(undefined, plain));
  }

  override inflate(compressed: Buffer, _maxPayload: number, done: DeflateDone): void {
    this.pending.push(() => done(undefined, compressed));
  }
}

export function openSlow(): [Connection, KeepingStream, Recorder, SlowDeflate] {
  const deflate = new SlowDeflate();
  return [...open({ compression: true, deflate }), deflate];
}
