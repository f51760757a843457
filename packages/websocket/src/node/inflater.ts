/** Decompresses what one connection receives: each message by a zlib run of its own, with the recent plaintext as dictionary. */

import type { ZlibOptions } from "node:zlib";
import { DeflateContext } from "../protocol/deflate-context.ts";
import { type DeflateDone, type DeflateWindow, noBytes, presetOf } from "./deflate-window.ts";
import { ending, type Inflated, Inflation } from "./inflation.ts";
import { Turns } from "./turns.ts";

/** From here on a thread decompresses. At once costs a third of that in CPU time. */
const threadedFrom = 32_768;
/** A short message that becomes longer than this is given to a thread after all. This much takes 0.4 ms. */
const longestAtOnce = 262_144;

/** For a message that is decompressed at once, with its ending. */
const scratch = Buffer.allocUnsafeSlow(threadedFrom + ending.length);

interface Message {
  readonly compressed: Buffer;
  /** Longest plaintext accepted. */
  readonly limit: number;
  readonly done: DeflateDone;
}

export class Inflater {
  private readonly takeover: boolean;
  private readonly options: ZlibOptions;
  private readonly context: DeflateContext;
  private readonly turns = new Turns();

  constructor(window: DeflateWindow, options: ZlibOptions = {}) {
    this.takeover = window.takeover;
    this.options = { ...options, windowBits: window.bits };
    this.context = new DeflateContext(2 ** window.bits, presetOf(options));
  }

  /** A whole message. `compressed` must not change before `done`. */
  inflate(compressed: Buffer, maxPayload: number, done: DeflateDone): void {
    const limit = maxPayload > 0 ? maxPayload : Number.POSITIVE_INFINITY;
    this.turns.take(() => this.start({ compressed, limit, done }));
  }

  /** No `done` is called from now on. */
  release(): void {
    this.turns.close();
    this.context.reset();
  }

  private start(message: Message): void {
    const { compressed, limit } = message;
    if (compressed.length === 0) return this.finish(message, noBytes); // not even a block: ws takes it for an empty message
    if (compressed.length >= threadedFrom) return this.startInThread(message);
    const inflated = this.begin(withEnding(compressed), Math.min(limit, longestAtOnce)).now();
    if (limit > longestAtOnce && isTooLong(inflated)) this.startInThread(message);
    else this.finish(message, inflated);
  }

  private startInThread(message: Message): void {
    this.turns.hold();
    this.begin(Buffer.concat([message.compressed, ending]), message.limit).inThread((inflated) => {
      this.turns.pass(() => this.finish(message, inflated));
    });
  }

  private begin(input: Buffer, limit: number): Inflation {
    return new Inflation(input, { limit, context: this.context, options: this.options });
  }

  private finish({ done }: Message, inflated: Inflated): void {
    if (inflated instanceof Error) return done(inflated, noBytes);
    if (this.takeover) this.context.append(inflated);
    done(undefined, inflated);
  }
}

/** In the scratch memory: for a run that ends before this is called again. */
function withEnding(compressed: Buffer): Buffer {
  scratch.set(compressed);
  scratch.set(ending, compressed.length);
  return scratch.subarray(0, compressed.length + ending.length);
}

function isTooLong(inflated: Inflated): boolean {
  return inflated instanceof Error && "code" in inflated && inflated.code === "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH";
}
