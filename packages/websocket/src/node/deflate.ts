/** permessage-deflate of one connection (RFC 7692): both directions, made when they are first needed. */

import type { ZlibOptions } from "node:zlib";
import type { DeflateParameters, DeflatePolicy } from "../protocol/deflate-offer.ts";
import type { DeflateDone, DeflateWindow } from "./deflate-window.ts";
import { Deflater } from "./deflater.ts";
import { Inflater } from "./inflater.ts";
import { limitConcurrency } from "./thread-pool.ts";

export type { DeflateDone } from "./deflate-window.ts";
export { deflateShared } from "./deflater.ts";

/** The option `perMessageDeflate`, as in ws. */
export interface DeflateSettings extends DeflatePolicy {
  /** Without context takeover, shorter messages are sent as they are. Bytes. @default 1024 */
  readonly threshold?: number | undefined;
  /** zlib jobs at once in the whole process; the first connection decides. @default 10 */
  readonly concurrencyLimit?: number | undefined;
  /** For zlib when it compresses. Windows, flushes and limits are set by the protocol. */
  readonly zlibDeflateOptions?: ZlibOptions | undefined;
  /** For zlib when it decompresses. */
  readonly zlibInflateOptions?: ZlibOptions | undefined;
}

/** Bytes. */
export const defaultThreshold = 1024;
const defaultWindowBits = 15;

export class Deflate {
  readonly parameters: DeflateParameters;
  private readonly settings: DeflateSettings;
  private readonly server: boolean;
  private readonly window: DeflateWindow;
  private deflater: Deflater | undefined;
  private inflater: Inflater | undefined;
  private released = false;

  /** @param server our side */
  constructor(parameters: DeflateParameters, settings: DeflateSettings, server: boolean) {
    this.parameters = parameters;
    this.settings = settings;
    this.server = server;
    this.window = windowOf(parameters, server);
    limitConcurrency(settings.concurrencyLimit);
  }

  /** The window that we deflate with holds 2 to this power bytes. */
  get windowBits(): number {
    return this.window.bits;
  }

  /** Whether a message of this many bytes is to be compressed: all are if they make the next ones shorter. */
  compresses(length: number): boolean {
    return this.window.takeover || length >= (this.settings.threshold ?? defaultThreshold);
  }

  /**
   * One frame's payload of a compressed message; the last one with `fin`. In order: `done` is called before this returns
   * if the payload is short and no other is under way, else later, and never after `release`. `plain` must not change before.
   */
  deflate(plain: Buffer, fin: boolean, done: DeflateDone): void {
    if (!this.released) this.outgoing().deflate(plain, fin, done);
  }

  /**
   * A whole compressed message, all frames put together; `done` as with `deflate`.
   * It gets `WS_ERR_UNSUPPORTED_MESSAGE_LENGTH` (1009), or an error of zlib for data that is broken or cut off (1007).
   * @param maxPayload longest plaintext accepted; 0 for no limit
   */
  inflate(compressed: Buffer, maxPayload: number, done: DeflateDone): void {
    if (!this.released) this.incoming().inflate(compressed, maxPayload, done);
  }

  /** What `deflateShared` compressed went out on this connection: `plain` must never change from now on. */
  sentShared(plain: Buffer): void {
    if (!this.released) this.outgoing().sentShared(plain);
  }

  /** Forgets everything. What is under way is never told. */
  release(): void {
    this.released = true;
    this.deflater?.release();
    this.inflater?.release();
    this.deflater = undefined;
    this.inflater = undefined;
  }

  private outgoing(): Deflater {
    this.deflater ??= new Deflater(this.window, this.settings.zlibDeflateOptions);
    return this.deflater;
  }

  private incoming(): Inflater {
    this.inflater ??= new Inflater(windowOf(this.parameters, !this.server), this.settings.zlibInflateOptions);
    return this.inflater;
  }
}

/** The window of what the server, or the client, sends (RFC 7692 §7.1). */
function windowOf(parameters: DeflateParameters, server: boolean): DeflateWindow {
  const bits = server ? parameters.server_max_window_bits : parameters.client_max_window_bits;
  const resets = server ? parameters.server_no_context_takeover : parameters.client_no_context_takeover;
  return { bits: bits ?? defaultWindowBits, takeover: resets !== true };
}
