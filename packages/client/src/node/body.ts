/** The body of an HTTP answer as text: bounded while it comes, and when it is decoded (RFC 9110 §8.4.1). */

import type { IncomingMessage } from "node:http";
import { brotliDecompress, gunzip, inflate, inflateRaw, type ZlibOptions } from "node:zlib";

export type BodyCallback = (error: Error | null, text: string) => void;

type Decode = (bytes: Buffer, options: ZlibOptions, callback: (error: Error | null, decoded: Buffer) => void) => void;

/** What `readBody` takes, in the order of preference. */
export const acceptEncoding = "gzip, deflate, br";

/** Calls back once. What is longer than `maxBytes` ends the connection. */
export function readBody(response: IncomingMessage, maxBytes: number, callback: BodyCallback): void {
  const chunks: Buffer[] = [];
  let size = 0;
  response.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size > maxBytes) response.destroy(new RangeError(`the answer is longer than ${maxBytes} bytes`));
    else chunks.push(chunk);
  });
  response.once("error", (error) => callback(error, ""));
  response.once("end", () => {
    decode(response, { bytes: Buffer.concat(chunks), maxBytes }, callback);
  });
}

function decode(
  { headers }: IncomingMessage,
  { bytes, maxBytes }: { readonly bytes: Buffer; readonly maxBytes: number },
  callback: BodyCallback,
): void {
  const coding = headers["content-encoding"]?.trim().toLowerCase() || "identity";
  if (bytes.length === 0 || coding === "identity") return callback(null, bytes.toString());
  const decoder = decoderOf(coding, bytes);
  if (decoder === undefined) return callback(new TypeError(`unknown content coding ${coding}`), "");
  decoder(bytes, { maxOutputLength: maxBytes }, (error, decoded) => callback(error, error ? "" : decoded.toString()));
}

function decoderOf(coding: string, bytes: Buffer): Decode | undefined {
  switch (coding) {
    case "gzip":
    case "x-gzip":
      return gunzip;
    case "deflate":
      return ((bytes[0] ?? 0) & 0x0f) === 8 ? inflate : inflateRaw; // some servers leave out zlib's header (§8.4.1.2)
    case "br":
      return brotliDecompress;
    default:
      return undefined;
  }
}
