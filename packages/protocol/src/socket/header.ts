/** What stands before the payload in a packet's text (protocol 5, "Packet encoding"): `5<attachments>-<nsp>,<id>`. */

import { SocketPacketError, socketMust } from "../errors.ts";
import { PacketType } from "./packet.ts";

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
  const type = readType(text);
  const isBinary = type === PacketType.BINARY_EVENT || type === PacketType.BINARY_ACK;
  const countEnd = isBinary ? endOfDigits(text, 1) : 1;
  const attachments = isBinary ? readCount(text, countEnd, maxAttachments) : 0;

  const start = isBinary ? countEnd + 1 : 1;
  const hasNamespace = text.charCodeAt(start) === slash;
  const namespaceEnd = hasNamespace ? endOfNamespace(text, start) : start;
  const nsp = hasNamespace ? text.slice(start, namespaceEnd) : "/";

  const idStart = hasNamespace ? Math.min(namespaceEnd + 1, text.length) : start; // behind the comma, if there is one
  const end = endOfDigits(text, idStart);
  const id = end > idStart ? readId(text.slice(idStart, end)) : undefined;
  return { type, attachments, nsp, id, end };
}

function readType(text: string): PacketType {
  const type = text.charCodeAt(0) - digit0;
  if (isType(type)) return type;
  throw new SocketPacketError("unknown-type", text.charAt(0));
}

function isType(type: number): type is PacketType {
  return type >= PacketType.CONNECT && type <= PacketType.BINARY_ACK;
}

/** A binary packet without attachments would never be complete: there is none. */
function readCount(text: string, end: number, maxAttachments: number): number {
  const count = Number(text.slice(1, end));
  socketMust(count >= 1 && text.charCodeAt(end) === dash, "bad-attachment-count");
  socketMust(count <= maxAttachments, "too-many-attachments");
  return count;
}

function endOfNamespace(text: string, start: number): number {
  const comma = text.indexOf(",", start);
  return comma === -1 ? text.length : comma;
}

function readId(digits: string): number {
  const id = Number(digits);
  socketMust(Number.isSafeInteger(id), "bad-id");
  return id;
}

function endOfDigits(text: string, start: number): number {
  let end = start;
  while (isDigit(text.charCodeAt(end))) end++;
  return end;
}

/** False for the NaN behind the last character. */
function isDigit(code: number): boolean {
  return code >= digit0 && code <= digit0 + 9;
}
