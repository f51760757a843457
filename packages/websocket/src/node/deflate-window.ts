/** What the deflating and the inflating direction of a connection have in common. */

import type { ZlibOptions } from "node:zlib";

/** `data` is empty with an error. */
export type DeflateDone = (error: Error | undefined, data: Buffer) => void;

/** What was agreed on for one direction (RFC 7692 §7.1). */
export interface DeflateWindow {
  /** It holds 2 to this power bytes. */
  readonly bits: number;
  /** Whether a message may point back into those before it. */
  readonly takeover: boolean;
}

export const noBytes: Buffer = Buffer.alloc(0);

/** The dictionary that the program gives to zlib itself. */
export function presetOf({ dictionary }: ZlibOptions): Uint8Array {
  if (dictionary === undefined) return noBytes;
  if (!ArrayBuffer.isView(dictionary)) return new Uint8Array(dictionary);
  return new Uint8Array(dictionary.buffer, dictionary.byteOffset, dictionary.byteLength);
}

export function errorOf(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
