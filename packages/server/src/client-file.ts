/** One file for browsers, compressed once for each encoding that is asked for (RFC 9110 §8.4.1). */

import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { brotliCompress, deflate, gzip } from "node:zlib";

export type Compression = "br" | "gzip" | "deflate";

const compressors: Readonly<Record<Compression, (bytes: Buffer) => Promise<Buffer>>> = {
  br: promisify<Buffer, Buffer>(brotliCompress),
  gzip: promisify<Buffer, Buffer>(gzip),
  deflate: promisify<Buffer, Buffer>(deflate),
};

/** Among those that a client likes the same, the first. */
export const compressions: readonly Compression[] = ["br", "gzip", "deflate"];

export class ClientFile {
  readonly bytes: Buffer;
  /** Weak: all encodings of the same bytes have it (§8.8.1). */
  readonly etag: string;
  private readonly compressed = new Map<Compression, Promise<Buffer>>();

  constructor(bytes: Buffer) {
    this.bytes = bytes;
    this.etag = `W/"${createHash("sha256").update(bytes).digest("base64url")}"`;
  }

  /** Not on this thread. */
  compress(compression: Compression): Promise<Buffer> {
    const known = this.compressed.get(compression);
    if (known !== undefined) return known;
    const made = compressors[compression](this.bytes);
    this.compressed.set(compression, made);
    return made;
  }

  /** A client has this already, by its `If-None-Match` (§13.1.2). */
  matches(header: string | undefined): boolean {
    if (header === undefined) return false;
    const opaque = this.etag.slice("W/".length);
    return header.split(",").some((tag) => ["*", opaque, this.etag].includes(tag.trim()));
  }
}
