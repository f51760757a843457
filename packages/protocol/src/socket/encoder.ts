/** Packets of Socket.IO as messages: one text, then the binary data that it names (protocol 5, "Packet encoding"). */

import { socketMust } from "../errors.ts";
import { type Attachment, toBytes } from "./attachment.ts";
import { detach } from "./detach.ts";
import { ack, binaryEvent, event, type Packet, type PacketType, plainType } from "./packet.ts";
import { isSimple, isSimpleList, simpleListJson, simpleListJsonOf } from "./simple-list.ts";

/** The type of an event or an ack with attachments is so much more. */
const toBinary = binaryEvent - event;

/** As of `JSON.stringify`. */
export type Replacer = (this: unknown, key: string, value: unknown) => unknown;

/**
 * Never changes what it is given. Binary data is any ArrayBuffer or view, at any depth, and what a `toJSON` gives.
 * @returns the text, then the attachments in their order
 * @throws {SocketPacketError} bad-namespace, too-deep, forged-placeholder, blob
 * @throws what `JSON.stringify` and a program's own `toJSON` throw
 */
export function encodePacket(packet: Packet): (string | Uint8Array)[] {
  const attachments: Attachment[] = [];
  return withBytes(encodeText(packet, attachments, undefined), attachments);
}

/**
 * An event in few steps: nothing is copied unless there is binary data in it.
 * @param args its name, then its arguments
 * @param id asks for an ack
 * @throws as `encodePacket`
 */
export function encodeEvent(nsp: string, args: readonly unknown[], id: number | undefined): (string | Uint8Array)[] {
  if (isSimpleList(args)) return [`2${namespacePart(nsp)}${idPart(id)}${simpleListJson(args)}`];
  const attachments: Attachment[] = [];
  const json = JSON.stringify(detach(args, attachments));
  const tail = `${namespacePart(nsp)}${idPart(id)}${json}`;
  return attachments.length === 0 ? [`2${tail}`] : withBytes(`5${attachments.length}-${tail}`, attachments);
}

/**
 * The text of `encodeEvent` for an event that asks for no ack and needs neither escapes nor attachments, as most do:
 * no list is made (bench: Socket.IO echo).
 * @returns undefined for all others
 * @throws {SocketPacketError} bad-namespace
 */
export function encodeSimpleEvent(nsp: string, name: string, args: readonly unknown[]): string | undefined {
  if (!isSimple(name) || !isSimpleList(args)) return undefined;
  return `2${namespacePart(nsp)}${simpleListJsonOf(name, args)}`;
}

/** The face of socket.io-parser: it gives binary data as the program gave it, a browser's Blobs too. */
export class Encoder {
  readonly #replacer: Replacer | undefined;

  /** @param replacer is given to `JSON.stringify` */
  constructor(replacer?: Replacer) {
    this.#replacer = replacer;
  }

  /**
   * Unlike socket.io-parser's, it leaves the packet as it is.
   * @throws as `encodePacket`, but `blob`
   */
  encode(packet: Packet): (string | Attachment)[] {
    const attachments: Attachment[] = [];
    return [encodeText(packet, attachments, this.#replacer), ...attachments];
  }
}

function encodeText(packet: Packet, attachments: Attachment[], replacer: Replacer | undefined): string {
  const type = plainType(packet.type);
  const data = mayHaveAttachments(type) ? detach(packet.data, attachments) : packet.data;
  const json = jsonOf(data, replacer);
  const tail = `${namespacePart(packet.nsp)}${idPart(packet.id)}${json}`;
  return attachments.length === 0 ? `${type}${tail}` : `${type + toBinary}${attachments.length}-${tail}`;
}

function jsonOf(data: unknown, replacer: Replacer | undefined): string {
  if (data === undefined || data === null) return "";
  const isSimple = replacer === undefined && Array.isArray(data) && isSimpleList(data);
  return isSimple ? simpleListJson(data) : JSON.stringify(data, replacer);
}

function withBytes(text: string, attachments: readonly Attachment[]): (string | Uint8Array)[] {
  const messages: (string | Uint8Array)[] = [text];
  for (const attachment of attachments) messages.push(toBytes(attachment));
  return messages;
}

function idPart(id: number | undefined): string {
  return id === undefined || id === null ? "" : `${id}`;
}

function namespacePart(nsp: string): string {
  if (nsp === "/" || !nsp) return "";
  socketMust(!nsp.includes(","), "bad-namespace"); // what follows would be read as something else
  return `${nsp},`;
}

function mayHaveAttachments(type: PacketType): boolean {
  return type === event || type === ack;
}
