/** What stands before the payload in a packet's text (protocol 5, "Packet encoding"): `5<attachments>-<nsp>,<id>`. */

import { SocketPacketError, socketMust } from "../errors.ts";
import { binaryAck, binaryEvent, type PacketType } from "./packet.ts";

interface Header {
  readonly type: PacketType;
  readonly attachments: number;
  readonly nsp: string;
  readonly id: number | undefined;
  /** Where the payload begins. */
  readonly end: number;
}

const digit0 = 0x30;
const dash = 0x2d;
const slash = 0x2f;

/**
 * In linear time, however long a number or a namespace is.
 * @throws {SocketPacketError} unknown-type, bad-attachment-count, too-many-attachments, bad-id
 */
export function readHeader(text: string, maxAttachments: number): Header {
  const type = text.charCodeAt(0) - digit0;
  if (!isType(type)) throw new SocketPacketError("unknown-type", text.charAt(0));
  let at = 1;
  let attachments = 0;
  if (type >= binaryEvent) {
    at = endOfDigits(text, 1);
    attachments = readCount(text, at++, maxAttachments);
  }
  let nsp = "/";
  if (text.charCodeAt(at) === slash) {
    nsp = text.slice(at, endOfNamespace(text, at));
    at = Math.min(at + nsp.length + 1, text.length); // behind the comma, if there is one
  }
  const end = endOfDigits(text, at);
  return { type, attachments, nsp, id: readId(text.slice(at, end)), end };
}

function isType(type: number): type is PacketType {
  return type >= 0 && type <= binaryAck;
}

/** A binary packet without attachments would never be complete: there is none. */
function readCount(text: string, end: number, maxAttachments: number): number {
  const count = Number(text.slice(1, end));
  socketMust(count > 0 && text.charCodeAt(end) === dash, "bad-attachment-count");
  socketMust(count <= maxAttachments, "too-many-attachments");
  return count;
}

function endOfNamespace(text: string, start: number): number {
  const comma = text.indexOf(",", start);
  return comma < 0 ? text.length : comma;
}

function readId(digits: string): number | undefined {
  if (digits === "") return undefined;
  const id = Number(digits);
  socketMust(Number.isSafeInteger(id), "bad-id");
  return id;
}

/** The NaN behind the last character is no digit. */
function endOfDigits(text: string, start: number): number {
  let end = start;
  while (text.charCodeAt(end) >= digit0 && text.charCodeAt(end) <= digit0 + 9) end++;
  return end;
}
