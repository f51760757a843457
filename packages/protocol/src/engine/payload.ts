/** Several packets of Engine.IO 4 in one HTTP body: U+001E stands between them (protocol: "HTTP long-polling"). */

import { engineMust } from "../errors.ts";
import { decodeText, encodeText, type Packet } from "./packet.ts";
import type { PayloadLimits } from "./payload-limits.ts";
import type { TextPlatform } from "./platform.ts";

const separator = "\x1e";

/** @throws {EnginePacketError} holds-separator: the reader would take the text apart */
export function encodePayload(packets: readonly Packet[], platform: TextPlatform): string {
  const texts = packets.map((packet) => encodeText(packet, platform));
  for (const text of texts) engineMust(!text.includes(separator), "holds-separator");
  return texts.join(separator);
}

/**
 * All packets or none.
 * @throws {EnginePacketError} too-many-packets; empty, unknown-type, bad-base64 for the first bad packet
 */
export function decodePayload(text: string, { maxPackets }: PayloadLimits, platform: TextPlatform): Packet[] {
  const texts = text.split(separator, Math.min(maxPackets, text.length) + 1); // the limit of `split` is one of 32 bits
  engineMust(texts.length <= maxPackets, "too-many-packets");
  return texts.map((each) => decodeText(each, platform));
}
