/** What a program may send, as the bytes or the text of a frame. */

import { isAnyArrayBuffer, isUint8Array } from "node:util/types";
import { misuse } from "./errors.ts";
import { maySendCloseCode } from "./protocol/close-code.ts";
import type { BufferLike } from "./ws-api.ts";

/** What `send` takes. A number is sent as its decimal text; nothing at all as an empty message. */
export type Data = BufferLike | null | undefined;

const empty = Buffer.alloc(0);

/**
 * A view of the program's own bytes where it can be, not a copy.
 * @throws {TypeError} Node's, for what makes no Buffer
 */
export function payloadOf(data: Exclude<Data, Blob>): Buffer | string {
  if (typeof data === "string" || Buffer.isBuffer(data)) return data;
  if (typeof data === "number") return String(data);
  if (!data) return empty; // `false` too
  if (ArrayBuffer.isView(data)) return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  if (isAnyArrayBuffer(data)) return Buffer.from(data);
  return bufferFrom(data);
}

/** Lists of bytes, and objects that become a string or bytes: the widest of `Buffer.from`'s own ways, which judges them. */
function bufferFrom(data: object): Buffer {
  return Buffer.from(data as readonly number[]);
}

/** Of this realm or another, as ws tells them. */
export function isBlob(data: unknown): data is Blob {
  return (
    typeof data === "object" &&
    data !== null &&
    "arrayBuffer" in data &&
    typeof data.arrayBuffer === "function" &&
    ["[object Blob]", "[object File]"].includes(Object.prototype.toString.call(data))
  );
}

/** Bytes that it would have taken. */
export function sizeOf(data: Data): number {
  if (isBlob(data)) return data.size;
  const payload = payloadOf(data);
  return typeof payload === "string" ? Buffer.byteLength(payload) : payload.length;
}

/** Of a ping or a pong. @throws {RangeError} for more than 125 bytes (RFC 6455 §5.5) */
export function controlPayloadOf(data: Data): Buffer | string | Blob {
  if (sizeOf(data) > 125) throw misuse("controlLength");
  return isBlob(data) ? data : payloadOf(data);
}

/** Of a close frame (RFC 6455 §5.5.1): nothing, or a code and perhaps a reason. */
export function closePayloadOf(code: number | undefined, reason: string | Uint8Array | undefined): Buffer {
  if (code === undefined) return empty;
  if (typeof code !== "number" || !maySendCloseCode(code)) throw misuse("closeCode");
  const text = reasonOf(reason);
  if (text.length > 123) throw misuse("closeReasonLength");
  const payload = Buffer.alloc(2 + text.length);
  payload.writeUInt16BE(code);
  payload.set(text, 2);
  return payload;
}

/** Its bytes alone are taken: of a view with wider elements, the rest would be memory that nobody wrote. */
function reasonOf(reason: unknown): Uint8Array {
  if (reason === undefined) return empty;
  if (typeof reason === "string") return Buffer.from(reason);
  if (!isUint8Array(reason)) throw misuse("closeReasonType");
  return reason;
}
