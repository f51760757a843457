/** Several packets of Engine.IO 4 in one HTTP body: U+001E stands between them (protocol: "HTTP long-polling"). */

import { engineMust } from "../errors.ts";
import { decodeText, encodeText, type Packet } from "./packet.ts";
import { type PayloadLimits, payloadLimits } from "./payload-limits.ts";
import { type Platform, portable } from "./platform.ts";

const separator = "\x1e";

/** @throws {EnginePacketError} holds-separator: the reader would take the text apart */
export function encodePayload(packets: readonly Packet[], platform: Platform = portable): string {
  return packets.map((packet) => encodePart(packet, platform)).join(separator);
}

function encodePart(packet: Packet, platform: Platform): string {
  engineMust(typeof packet.data !== "string" || !packet.data.includes(separator), "holds-separator");
  return encodeText(packet, platform);
}

/**
 * All packets or none.
 * @throws {EnginePacketError} too-many-packets; empty, unknown-type, bad-base64 for the first bad packet
 */
export function decodePayload(
  text: string,
  limits: PayloadLimits = payloadLimits,
  platform: Platform = portable,
): Packet[] {
  const packets: Packet[] = [];
  for (let from = 0; from <= text.length; ) {
    engineMust(packets.length < limits.maxPackets, "too-many-packets");
    const end = endOf(text, from);
    packets.push(decodeText(text.slice(from, end), platform));
    from = end + 1;
  }
  return packets;
}

function endOf(text: string, from: number): number {
  const at = text.indexOf(separator, from);
  return at === -1 ? text.length : at;
}
