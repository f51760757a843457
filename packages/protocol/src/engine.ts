/** The codecs of Engine.IO 4 and 3: `@anywire/protocol/engine`. Pure, for servers and clients alike. */

export { type Base64, base64 } from "./base64.ts";
export { Heartbeat, type HeartbeatRules, serverPings } from "./engine/heartbeat.ts";
export {
  type BinaryPacket,
  decodeLegacyBinary,
  decodeLegacyText,
  encodeLegacyBinary,
  encodeLegacyText,
} from "./engine/legacy-packet.ts";
export { decodeLegacyPayload, encodeLegacyPayload } from "./engine/legacy-payload.ts";
export {
  decodePacket,
  decodeText,
  encodePacket,
  encodeText,
  type Packet,
  type PacketData,
} from "./engine/packet.ts";
export { digitOf, numberOf, type PacketType, typeOfCharacter, typeOfNumber } from "./engine/packet-type.ts";
export { decodePayload, encodePayload } from "./engine/payload.ts";
export { type PayloadLimits, payloadLimits } from "./engine/payload-limits.ts";
export { type Platform, portable, type TextPlatform } from "./engine/platform.ts";
export { encodeFrame, FrameReader } from "./engine/stream-framing.ts";
export { moveUpgrade, probe, type UpgradeState } from "./engine/upgrade.ts";
export { type EngineErrorCode, EnginePacketError } from "./errors.ts";
export { type Utf8, utf8 } from "./utf8.ts";

/** The newest Engine.IO protocol that is spoken here; the legacy one is 3. */
export const protocol = 4;
