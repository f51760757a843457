/** Packets of Socket.IO (protocol 5, "Packet encoding"), and which data each type may carry. */

import { isReservedName } from "../reserved-name.ts";

/** The revision of the protocol that Socket.IO 3 and 4 speak; 2 speaks 4. */
export const protocol = 5;

/** Numbers alone, which the codec itself uses: bundlers put them in place. */
export const connect = 0;
export const disconnect = 1;
export const event = 2;
export const ack = 3;
export const connectError = 4;
export const binaryEvent = 5;
export const binaryAck = 6;

/** The types by name, as socket.io-parser has them. */
export const PacketType = {
  CONNECT: 0,
  DISCONNECT: 1,
  EVENT: 2,
  ACK: 3,
  CONNECT_ERROR: 4,
  BINARY_EVENT: 5,
  BINARY_ACK: 6,
} as const;

/** 0 to 6: what a packet says. The two binary ones exist on the wire alone. */
export type PacketType = PlainPacketType | 5 | 6;

type PlainPacketType = 0 | 1 | 2 | 3 | 4;

export interface Packet {
  type: PacketType;
  /** The namespace, which begins with `/`. */
  nsp: string;
  /** An event's name and arguments, an ack's arguments, what a CONNECT or CONNECT_ERROR tells. */
  data?: unknown;
  /** Asks for an ack, or says whose it is. */
  id?: number | undefined;
  /** How many follow the text: on the wire alone. */
  attachments?: number | undefined;
}

/** What a binary type says, which tells only that attachments follow. */
export function plainType(type: PacketType): PlainPacketType {
  if (type === binaryEvent) return event;
  return type === binaryAck ? ack : type;
}

/** Whether a packet of this type may carry `data`, as it came from `JSON.parse`. */
export function isDataValid(type: PlainPacketType, data: unknown): boolean {
  switch (type) {
    case connect:
      return data === undefined || isObject(data);
    case disconnect:
      return data === undefined;
    case event:
      return isEventData(data);
    case ack:
      return Array.isArray(data);
    case connectError:
      return typeof data === "string" || isObject(data);
  }
}

/** A name, a string or a number, that is not reserved, and arguments. */
export function isEventData(data: unknown): data is readonly [name: string | number, ...args: unknown[]] {
  if (!Array.isArray(data)) return false;
  const name: unknown = data[0];
  return typeof name === "string" ? !isReservedName(name) : typeof name === "number";
}

/** Whether a decoder of any make gave a packet that the protocol knows, for parsers other than ours. */
export function isPacketValid(packet: unknown): packet is Packet {
  if (!isObject(packet)) return false;
  const { type, nsp, id, data } = packet;
  return isPlainType(type) && isNamespace(nsp) && isId(id) && isDataValid(type, data);
}

function isPlainType(type: unknown): type is PlainPacketType {
  return typeof type === "number" && Number.isInteger(type) && type >= 0 && type <= connectError;
}

function isNamespace(nsp: unknown): boolean {
  return typeof nsp === "string" && !nsp.includes(",");
}

function isId(id: unknown): boolean {
  return id === undefined || Number.isInteger(id);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
