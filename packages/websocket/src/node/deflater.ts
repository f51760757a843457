/** Compresses what one connection sends: each message by a zlib run of its own, with the recent plaintext as dictionary. */

import { constants, deflateRaw, deflateRawSync, type ZlibOptions } from "node:zlib";
import { DeflateContext } from "../protocol/deflate-context.ts";
import { type DeflateDone, type DeflateWindow, errorOf, noBytes, presetOf } from "./deflate-window.ts";
import { inThreadPool } from "./thread-pool.ts";
import { Turns } from "./turns.ts";

/** From here on a thread compresses: that costs more in all, but this much would hold up the event loop for 0.2 ms. */
const threadedFrom = 16_384;
/** A dictionary costs 1.5 µs per KiB, however short the message is: it is kept in proportion. */
const dictionaryBytes = { perByte: 2, least: 2048, most: 8192 };
/** zlib sees this much less far back than its window is long (its MIN_LOOKAHEAD). */
const lookahead = 262;
/** More than zlib adds to a short message that it cannot compress. */
const overhead = 64;
const longestChunk = 65_536;
const longestWindow = 32_768;
/** 00 00 ff ff, the end of each flush. */
const tailLength = 4;

interface Piece {
  readonly plain: Buffer;
  readonly fin: boolean;
  readonly done: DeflateDone;
}

export class Deflater {
  private readonly window: DeflateWindow;
  private readonly options: ZlibOptions;
  private readonly context: DeflateContext;
  private readonly turns = new Turns();

  constructor(window: DeflateWindow, options: ZlibOptions = {}) {
    this.window = window;
    this.options = options;
    this.context = new DeflateContext(Math.min(2 ** window.bits, dictionaryBytes.most), presetOf(options));
  }

  /** One frame's payload. `plain` must not change before `done`. */
  deflate(plain: Buffer, fin: boolean, done: DeflateDone): void {
    this.turns.take(() => this.start({ plain, fin, done }));
  }

  /** `plain` went out as it was compressed for many. It must never change. */
  sentShared(plain: Buffer): void {
    if (this.window.takeover) this.turns.take(() => this.context.appendShared(plain));
  }

  /** No `done` is called from now on. */
  release(): void {
    this.turns.close();
    this.context.reset();
  }

  private start(piece: Piece): void {
    const { plain } = piece;
    const options = runOptions(plain, this.window.bits, { ...this.options, dictionary: this.dictionaryFor(plain) });
    if (plain.length < threadedFrom) return this.finish(piece, deflateNow(plain, options));
    this.turns.hold();
    inThreadPool<Buffer>(
      (then) => deflateRaw(plain, options, then),
      (outcome) => this.turns.pass(() => this.finish(piece, outcome)),
    );
  }

  private dictionaryFor(plain: Buffer): Uint8Array {
    const { perByte, least, most } = dictionaryBytes;
    return this.context.recent(Math.max(least, Math.min(perByte * plain.length, most)));
  }

  private finish({ plain, fin, done }: Piece, outcome: Buffer | Error): void {
    if (outcome instanceof Error) return done(outcome, noBytes);
    if (fin && !this.window.takeover)
      this.context.reset(); // RFC 7692 §7.1.1
    else this.context.append(plain);
    done(undefined, fin ? withoutTail(outcome) : outcome);
  }
}

/**
 * A whole message, compressed once without context, as zlib does it by default: right for all connections with a window of
 * this length. Each is told by `sentShared`.
 */
export function deflateShared(plain: Buffer, windowBits: number): Buffer {
  return withoutTail(deflateRawSync(plain, runOptions(plain, windowBits, { dictionary: noBytes })));
}

function deflateNow(plain: Buffer, options: ZlibOptions): Buffer | Error {
  try {
    return deflateRawSync(plain, options);
  } catch (error) {
    return errorOf(error);
  }
}

/** `options` are the program's, with the dictionary of this run. A window no longer than needed is made faster. */
function runOptions(plain: Buffer, windowBits: number, options: ZlibOptions & { dictionary: Uint8Array }): ZlibOptions {
  const seen = Math.min(options.dictionary.length + plain.length + lookahead, longestWindow);
  return {
    chunkSize: Math.min(plain.length + overhead, longestChunk),
    ...options,
    windowBits: Math.min(windowBits, 32 - Math.clz32(seen - 1)),
    finishFlush: constants.Z_SYNC_FLUSH,
    maxOutputLength: undefined,
    info: false,
  };
}

/** The receiver puts it back (RFC 7692 §7.2.1). */
function withoutTail(payload: Buffer): Buffer {
  return payload.subarray(0, payload.length - tailLength);
}
