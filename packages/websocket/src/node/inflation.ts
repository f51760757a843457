/**
 * One compressed message on its way through zlib (RFC 7692 §7.2.2).
 *
 * One run is enough unless the peer ended a flush with a final block (§7.2.3.4): zlib stops behind that, and another run
 * goes on from there.
 */

import { constants as bufferLimits } from "node:buffer";
import { constants, inflateRaw, inflateRawSync, type ZlibOptions } from "node:zlib";
import { DeflateContext } from "../protocol/deflate-context.ts";
import { createProtocolError, peerError } from "../protocol/errors.ts";
import { errorOf } from "./deflate-window.ts";
import { inThreadPool } from "./thread-pool.ts";

/** What the sender left out of its last flush (§7.2.2), and an empty final block: zlib gets there if nothing is missing. */
export const ending: Buffer = Buffer.from([0x00, 0x00, 0xff, 0xff, 0x03, 0x00]);

const shortestChunk = 1024;
const longestChunk = 65_536;
/** A guess: most messages are no longer than this many times their compressed length. */
const usualRatio = 4;
/** Most final blocks in one message: a run costs as much for two bytes as for two hundred. */
const runs = { least: 16, bytesEach: 256 };

export interface InflationRules {
  /** Longest plaintext accepted, in bytes. */
  readonly limit: number;
  /** The plaintext before the message. It stays as it is until the message is done. */
  readonly context: DeflateContext;
  /** The program's options for zlib, with the window. */
  readonly options: ZlibOptions;
}

/** The plaintext, or what the peer did wrong: never zlib's bare error. */
export type Inflated = Buffer | Error;

export class Inflation {
  private readonly input: Buffer;
  private readonly rules: InflationRules;
  private readonly parts: Buffer[] = [];
  private length = 0;
  private at = 0;
  private runsLeft: number;
  /** What the next run may point back into. */
  private context: DeflateContext;

  /** @param input the compressed message and its `ending` */
  constructor(input: Buffer, rules: InflationRules) {
    this.input = input;
    this.rules = rules;
    this.context = rules.context;
    this.runsLeft = runs.least + input.length / runs.bytesEach;
  }

  now(): Inflated {
    try {
      let inflated: Inflated | undefined;
      while (inflated === undefined) inflated = this.take(inflateRawSync(this.rest(), this.nextOptions()));
      return inflated;
    } catch (error) {
      return faultOf(error);
    }
  }

  inThread(done: (inflated: Inflated) => void): void {
    inThreadPool<unknown>(
      (then) => inflateRaw(this.rest(), this.nextOptions(), then),
      (run) => {
        const inflated = run instanceof Error ? faultOf(run) : this.take(run);
        if (inflated === undefined) this.inThread(done);
        else done(inflated);
      },
    );
  }

  private rest(): Buffer {
    return this.input.subarray(this.at);
  }

  private nextOptions(): ZlibOptions {
    const room = Math.min(this.rules.limit - this.length, bufferLimits.MAX_LENGTH);
    const usual = Math.min(usualRatio * (this.input.length - this.at), longestChunk, room);
    return {
      chunkSize: Math.max(shortestChunk, usual),
      ...this.rules.options,
      dictionary: this.context.recent(this.context.size),
      finishFlush: constants.Z_FINISH,
      maxOutputLength: Math.max(1, room),
      info: true,
    };
  }

  /** @returns undefined if another run is needed */
  private take(run: unknown): Inflated | undefined {
    const { buffer, consumed } = readRun(run);
    this.parts.push(buffer);
    this.length += buffer.length;
    this.at += consumed;
    if (this.length > this.rules.limit) return tooLong();
    if (this.at >= this.input.length - ending.length) return this.plain();
    if (--this.runsLeft < 0) return createProtocolError("WS_ERR_TOO_MANY_BUFFERED_PARTS", "final blocks in a message");
    this.addToContext(buffer);
    return undefined;
  }

  /** The message so far comes after what was before it: in a copy, since the message may yet fail or begin again. */
  private addToContext(plain: Buffer): void {
    const { context } = this.rules;
    if (this.context === context) this.context = new DeflateContext(context.size, context.recent(context.size));
    this.context.append(plain);
  }

  /** Shows no more memory than about twice its length. */
  private plain(): Buffer {
    const [first] = this.parts;
    if (first === undefined || this.parts.length > 1) return Buffer.concat(this.parts, this.length);
    return first.buffer.byteLength > 2 * Math.max(first.length, Buffer.poolSize) ? Buffer.from(first) : first;
  }
}

function tooLong(): Error {
  return createProtocolError("WS_ERR_UNSUPPORTED_MESSAGE_LENGTH");
}

/** RFC 6455 §7.4.1: 1007 for data that is not what it says it is. */
function faultOf(thrown: unknown): Error {
  const error = errorOf(thrown);
  return "code" in error && error.code === "ERR_BUFFER_TOO_LARGE" ? tooLong() : peerError(error, 1007);
}

/** What zlib answers with `info`; its types leave that out. */
function readRun(run: unknown): { buffer: Buffer; consumed: number } {
  if (typeof run === "object" && run !== null && "buffer" in run && "engine" in run) {
    const { buffer, engine } = run;
    if (Buffer.isBuffer(buffer) && typeof engine === "object" && engine !== null && "bytesWritten" in engine) {
      return { buffer, consumed: Number(engine.bytesWritten) };
    }
  }
  throw new TypeError("zlib did not say how much it consumed");
}
