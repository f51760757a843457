/** Streams of HTTP/2 that carry a WebSocket (RFC 8441), and the module that makes them. */

import type { Http2Stream, ServerHttp2Stream } from "node:http2";
import type { Duplex } from "node:stream";

/** Error codes of RST_STREAM (RFC 9113 §7). */
const noError = 0x0;
const cancel = 0x8;

/** Costs 15 ms to load: only who uses HTTP/2 pays. */
export function loadHttp2(): typeof import("node:http2") {
  return process.getBuiltinModule("node:http2");
}

export function isHttp2Stream(stream: Duplex): stream is Http2Stream {
  return "rstCode" in stream && "close" in stream && typeof stream.close === "function";
}

export function isServerStream(stream: Duplex): stream is ServerHttp2Stream {
  return isHttp2Stream(stream) && "respond" in stream;
}

/** Ends our side, and reads on until the peer has ended its own. */
export function hangUp(stream: Duplex): void {
  if (isServerStream(stream)) resetAtEnd(stream);
  stream.end();
  stream.resume();
}

/**
 * A server that has said all needs nothing more (RFC 9113 §8.1), and Chromium would leave its side open. Before the end of
 * the tick a reset would overtake what is still to be written.
 */
export function resetAtEnd(stream: ServerHttp2Stream): void {
  stream.once("finish", () => setImmediate(() => stream.close(noError)));
}

/** Ends the connection at once. What a reset of TCP is, over HTTP/2 is CANCEL (RFC 8441 §5). */
export function cut(stream: Duplex): void {
  if (isHttp2Stream(stream)) stream.close(cancel);
  stream.destroy();
}

/** Headers of one connection, which HTTP/2 has no place for (RFC 9113 §8.2.2). */
const ofConnection: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
  "http2-settings",
  "te",
]);

/** @param name in lower case */
export function isOfConnection(name: string): boolean {
  return ofConnection.has(name);
}
