/** Compression of a poll's answer (RFC 9110 §8.4.1, §12.5.3), where the client takes it and it is worth the while. */

import { deflate, gzip, type ZlibOptions } from "node:zlib";

export interface HttpCompression extends ZlibOptions {
  /** Bytes below which nothing is compressed. */
  readonly threshold: number;
}

export type ContentEncoding = "gzip" | "deflate";

type Compressor = (body: Uint8Array, options: ZlibOptions, done: Compressed) => void;
type Compressed = (error: Error | null, bytes: Buffer) => void;

const compressors: Readonly<Record<ContentEncoding, Compressor>> = { gzip, deflate };

interface Choice {
  readonly encoding: ContentEncoding;
  readonly weight: number;
}

/** The one that `Accept-Encoding` likes best; undefined if it names none, or there is no such header. */
export function negotiateEncoding(header: string | undefined): ContentEncoding | undefined {
  if (header === undefined) return undefined;
  const weights = weightsOf(header);
  const choices: Choice[] = [];
  for (const name of [...weights.keys(), "gzip", "deflate"]) {
    if (!isOffered(name)) continue;
    const weight = weights.get(name) ?? weights.get("*") ?? 0;
    if (weight > 0) choices.push({ encoding: name, weight });
  }
  return choices.sort((a, b) => b.weight - a.weight)[0]?.encoding; // stable: the order of the header decides among equals
}

/** Not on this thread. `done` is called later. */
export function compress(
  body: Uint8Array,
  { encoding, options }: { readonly encoding: ContentEncoding; readonly options: ZlibOptions },
  done: Compressed,
): void {
  compressors[encoding](body, options, done);
}

function isOffered(name: string): name is ContentEncoding {
  return name === "gzip" || name === "deflate";
}

function weightsOf(header: string): ReadonlyMap<string, number> {
  const weights = new Map<string, number>();
  for (const part of header.toLowerCase().split(",")) {
    const [name = "", ...parameters] = part.split(";");
    const weight = parameters.map((text) => text.trim()).find((text) => text.startsWith("q="));
    weights.set(name.trim(), weight === undefined ? 1 : weightOf(weight.slice(2)));
  }
  return weights;
}

/** RFC 9110 §12.4.2. A junk weight is none. */
function weightOf(text: string): number {
  return /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(text) ? Number(text) : 0;
}
