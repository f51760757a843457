/** The codec of Socket.IO, protocols 5 and 4: `@anywire/protocol/socket`. Pure, for servers and clients alike. */

export { type SocketErrorCode, SocketPacketError } from "./errors.ts";
export { isReservedName } from "./reserved-name.ts";
export type { Attachment, BlobLike } from "./socket/attachment.ts";
export { Decoder, type DecoderOptions } from "./socket/decoder.ts";
export { Encoder, encodeEvent, encodePacket, encodeSimpleEvent, type Replacer } from "./socket/encoder.ts";
export { readLegacyConnect } from "./socket/legacy-connect.ts";
export {
  ack as ackType,
  connect as connectType,
  disconnect as disconnectType,
  event as eventType,
  isPacketValid,
  type Packet,
  PacketType,
  protocol,
} from "./socket/packet.ts";
export {
  type DecoderLimits,
  decoderLimits,
  PacketDecoder,
  type PacketDecoderOptions,
  type PacketHandler,
  type Reviver,
} from "./socket/packet-decoder.ts";
export { isTab, readTab, type TabText, withTab } from "./socket/tab.ts";
