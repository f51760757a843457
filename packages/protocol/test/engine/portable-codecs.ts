/** The codecs of Engine.IO 4 as they are everywhere, on plain JavaScript: for tests. */

import * as engine from "../../src/engine.ts";

type Packet = engine.Packet;
type PacketData = engine.PacketData;

export const encodeText = (packet: Packet): string => engine.encodeText(packet, engine.portable);
export const decodeText = (text: string): Packet => engine.decodeText(text, engine.portable);

export const encodePacket = (packet: Packet): PacketData => engine.encodePacket(packet, engine.portable);
export const decodePacket = (encoded: PacketData): Packet => engine.decodePacket(encoded, engine.portable);

export const encodePayload = (packets: readonly Packet[]): string => engine.encodePayload(packets, engine.portable);
export const decodePayload = (text: string, limits = engine.payloadLimits): Packet[] =>
  engine.decodePayload(text, limits, engine.portable);
