/** Messages as the standard's types: BufferSource, Blob and USVString, to and from bytes. */

import { isArrayBuffer, isSharedArrayBuffer } from "node:util/types";
import { toText } from "./web-idl.ts";

const empty = Buffer.alloc(0);

/** The bytes of a BufferSource, not copied; undefined for anything else. @throws {TypeError} for shared or resizable memory */
export function bytesOf(data: unknown): Buffer | undefined {
  if (isArrayBuffer(data)) return view(data, 0, data.byteLength);
  if (ArrayBuffer.isView(data)) return view(data.buffer, data.byteOffset, data.byteLength);
  return undefined;
}

/** What `send` takes: (BufferSource or Blob or USVString). */
export function payloadOf(data: unknown): Buffer | Blob | string {
  if (data instanceof Blob) return data;
  return bytesOf(data) ?? toText(data);
}

export function lengthOf(payload: Buffer | Blob | string): number {
  if (typeof payload === "string") return Buffer.byteLength(payload);
  return payload instanceof Blob ? payload.size : payload.length;
}

/** Memory that is the message and nothing else. */
export function exactArrayBuffer(data: Buffer): ArrayBuffer {
  const { buffer, length } = data;
  if (buffer instanceof ArrayBuffer && length === buffer.byteLength) return buffer;
  const own = new ArrayBuffer(length);
  new Uint8Array(own).set(data);
  return own;
}

function view(buffer: ArrayBufferLike, offset: number, length: number): Buffer {
  if (isSharedArrayBuffer(buffer)) throw new TypeError("What is sent must not lie in shared memory");
  if ("resizable" in buffer && buffer.resizable === true) throw new TypeError("The ArrayBuffer must not be resizable");
  return length === 0 ? empty : Buffer.from(buffer, offset, length); // it may be detached
}
