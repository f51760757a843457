/** Binary data, which travels behind the text of its packet (protocol 5, "Packet encoding"). */

import { SocketPacketError } from "../errors.ts";

/** What is used here of a browser's Blob or File. */
export interface BlobLike {
  /** In bytes. */
  readonly size: number;
  arrayBuffer(): Promise<ArrayBuffer>;
}

export type Attachment = ArrayBuffer | ArrayBufferView | BlobLike;

/** By their tags, since jest and frames have classes of their own by the same names. */
const tag = / (ArrayBuffer|Blob|File)]$/;

export function isAttachment(value: object): value is Attachment {
  const maker: unknown = value.constructor;
  if (maker === Object || maker === undefined || Array.isArray(value)) return false; // most of all, at once
  return isBinary(value);
}

/** `isAttachment` in less code, and slower. */
export function isBinary(value: object): value is Attachment {
  return ArrayBuffer.isView(value) || tag.test(Object.prototype.toString.call(value));
}

export function lengthOf(attachment: Attachment): number {
  return "byteLength" in attachment ? attachment.byteLength : attachment.size;
}

/**
 * The bytes themselves, not a copy; a Buffer stays one.
 * @throws {SocketPacketError} blob
 */
export function toBytes(attachment: Attachment): Uint8Array {
  if (attachment instanceof Uint8Array) return attachment;
  if (ArrayBuffer.isView(attachment)) {
    return new Uint8Array(attachment.buffer, attachment.byteOffset, attachment.byteLength);
  }
  if ("byteLength" in attachment) return new Uint8Array(attachment);
  throw new SocketPacketError("blob");
}
