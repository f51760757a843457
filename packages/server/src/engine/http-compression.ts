/** Compression of a poll's answer (RFC 9110 §8.4.1, §12.5.3), where the client takes it and it is worth the while. */

import { deflate, gzip, type ZlibOptions } from "node:zlib";
import { preferredEncoding } from "../accept-encoding.ts";

export interface HttpCompression extends ZlibOptions {
  /** Bytes below which nothing is compressed. */
  readonly threshold: number;
}

export type ContentEncoding = "gzip" | "deflate";

type Compressor = (body: Uint8Array, options: ZlibOptions, done: Compressed) => void;
type Compressed = (error: Error | null, bytes: Buffer) => void;

const compressors: Readonly<Record<ContentEncoding, Compressor>> = { gzip, deflate };

/** The one that `Accept-Encoding` likes best; undefined if it names none, or there is no such header. */
export function negotiateEncoding(header: string | undefined): ContentEncoding | undefined {
  return preferredEncoding(header, ["gzip", "deflate"]);
}

/** Not on this thread. `done` is called later. */
export function compress(
  body: Uint8Array,
  { encoding, options }: { readonly encoding: ContentEncoding; readonly options: ZlibOptions },
  done: Compressed,
): void {
  compressors[encoding](body, options, done);
}
