/** Messages as packets of Socket.IO (protocol 5, "Packet encoding"): a text, then the attachments that it announces. */

import { SocketPacketError, socketMust } from "../errors.ts";
import { type Attachment, lengthOf } from "./attachment.ts";
import { readHeader } from "./header.ts";
import { connect, event, isDataValid, isEventData, type Packet, plainType } from "./packet.ts";
import { assertDepth, findPlaces, type Place, putAttachments } from "./placeholders.ts";

/** As of `JSON.parse`. */
export type Reviver = (this: unknown, key: string, value: unknown) => unknown;

export interface DecoderLimits {
  /** @default 1_000 in `decoderLimits` */
  readonly maxAttachments: number;
  /** Of one packet's attachments together, in bytes. @default 16 MiB in `decoderLimits` */
  readonly maxAttachmentBytes: number;
  /** Levels of arrays and objects in an argument. @default 1_000 in `decoderLimits` */
  readonly maxDepth: number;
}

export const decoderLimits: DecoderLimits = {
  maxAttachments: 1_000,
  maxAttachmentBytes: 16 * 2 ** 20,
  maxDepth: 1_000,
};

export interface PacketDecoderOptions extends DecoderLimits {
  /** Reads a CONNECT of protocol 4 too: `readLegacyConnect`, for servers. @default protocol 5 alone */
  readonly readConnect?: ((packet: Packet) => Packet) | undefined;
  readonly reviver?: Reviver | undefined;
}

export interface PacketHandler {
  packet(packet: Packet): void;
}

/** A packet that is not complete yet. */
interface Pending {
  readonly packet: Packet;
  /** How many attachments it has. */
  readonly count: number;
  readonly places: readonly Place[];
  readonly attachments: Attachment[];
  bytes: number;
}

/** Holds nothing but the packet whose attachments are on their way, and after an error nothing at all. */
export class PacketDecoder {
  readonly #handler: PacketHandler;
  readonly #options: PacketDecoderOptions;
  #pending: Pending | undefined;

  constructor(handler: PacketHandler, options: PacketDecoderOptions) {
    this.#handler = handler;
    this.#options = options;
  }

  /** Attachments are missing: whoever sends them may be given a deadline. */
  get isWaiting(): boolean {
    return this.#pending !== undefined;
  }

  /**
   * The handler is called within.
   * @throws {SocketPacketError} if the message is not what the protocol allows here
   */
  receive(data: string | Attachment): void {
    const pending = this.#pending;
    this.#pending = undefined;
    if (typeof data === "string") {
      socketMust(pending === undefined, "unexpected-text");
      this.#receiveText(data);
    } else {
      if (pending === undefined) throw new SocketPacketError("unexpected-binary");
      this.#receiveAttachment(pending, data);
    }
  }

  /** Drops what is not complete. */
  destroy(): void {
    this.#pending = undefined;
  }

  #receiveText(text: string): void {
    if (isPlainEvent(text)) {
      const data = parse(text.slice(1), this.#options);
      socketMust(isEventData(data), "bad-payload");
      this.#handler.packet({ type: event, nsp: "/", data });
    } else {
      this.#receivePacket(text);
    }
  }

  #receivePacket(text: string): void {
    const { maxAttachments, maxDepth, readConnect } = this.#options;
    const { attachments: count, end, id, nsp, type: typeOnWire } = readHeader(text, maxAttachments);
    const data = end === text.length ? undefined : parse(text.slice(end), this.#options);
    const type = plainType(typeOnWire);
    socketMust(isDataValid(type, data), "bad-payload");
    const packet: Packet = { type, nsp };
    if (data !== undefined) packet.data = data;
    if (id !== undefined) packet.id = id;
    if (count > 0)
      this.#pending = { packet, count, places: findPlaces(data, count, maxDepth + 1), attachments: [], bytes: 0 };
    else this.#handler.packet(type === connect && readConnect ? readConnect(packet) : packet);
  }

  #receiveAttachment(pending: Pending, attachment: Attachment): void {
    const { attachments, count, packet, places } = pending;
    pending.bytes += lengthOf(attachment);
    socketMust(pending.bytes <= this.#options.maxAttachmentBytes, "too-long-attachments");
    if (attachments.push(attachment) < count) {
      this.#pending = pending;
      return;
    }
    putAttachments(places, attachments);
    this.#handler.packet(packet);
  }
}

/** `2[…`: most of what comes. */
function isPlainEvent(text: string): boolean {
  return text.charCodeAt(0) === 0x32 && text.charCodeAt(1) === 0x5b;
}

function parse(json: string, { maxDepth, reviver }: PacketDecoderOptions): unknown {
  const payload = parseJson(json, reviver);
  const mayBeTooDeep = json.length > 2 * maxDepth; // a level takes two characters at least
  if (mayBeTooDeep) assertDepth(payload, maxDepth + 1); // the list of the arguments is a level too
  return payload;
}

function parseJson(text: string, reviver: Reviver | undefined): unknown {
  try {
    return JSON.parse(text, reviver);
  } catch {
    throw new SocketPacketError("bad-payload");
  }
}
