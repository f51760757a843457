/** Who reads packets out of messages: Socket.IO's decoder, or the program's own parser behind the same face. */

import type { Anything } from "@anywire/protocol/emitter";
import {
  type DecoderLimits,
  isPacketValid,
  type Packet,
  PacketDecoder,
  type PacketHandler,
  PacketType,
  readLegacyConnect,
  SocketPacketError,
} from "@anywire/protocol/socket";
import type { EngineProtocol } from "./transport.ts";

/** The program's own parser, of the shape of `socket.io-parser`. */
export interface Parser {
  /** It returns pieces of messages, whatever its declarations say: those of socket.io-msgpack-parser say something else. */
  readonly Encoder: new () => { encode(packet: Packet): Anything };
  readonly Decoder: new () => PacketDecoderFace;
}

/** As far as it reads. */
interface PacketDecoderFace {
  on(event: "decoded", listener: (packet: Packet) => void): unknown;
  add(data: unknown): void;
  destroy(): void;
}

export interface ReadsPackets {
  /** Attachments are missing. */
  readonly isWaiting: boolean;
  /** @throws for what is no packet */
  receive(data: string | Uint8Array): void;
  destroy(): void;
}

export interface PacketReading {
  readonly parser: Parser | undefined;
  readonly limits: DecoderLimits;
  readonly protocol: EngineProtocol;
}

export function createPacketReader(handler: PacketHandler, reading: PacketReading): ReadsPackets {
  const { parser, limits, protocol } = reading;
  if (parser !== undefined) return new ForeignReader(new parser.Decoder(), handler);
  return new PacketDecoder(handler, protocol === 4 ? limits : { ...limits, readConnect: readLegacyConnect });
}

class ForeignReader implements ReadsPackets {
  readonly isWaiting = false;
  private readonly decoder: PacketDecoderFace;

  constructor(decoder: PacketDecoderFace, handler: PacketHandler) {
    this.decoder = decoder;
    decoder.on("decoded", (given) => {
      const packet = withPlainType(given);
      if (!isPacketValid(packet)) throw new SocketPacketError("bad-payload"); // parsers of others may let anything through
      handler.packet(packet);
    });
  }

  receive(data: string | Uint8Array): void {
    this.decoder.add(data);
  }

  destroy(): void {
    this.decoder.destroy();
  }
}

/** Clients of Socket.IO 2 say of a packet that it holds binary data, and a parser of the program's own may leave that so. */
const plainTypes: ReadonlyMap<PacketType, PacketType> = new Map([
  [PacketType.BINARY_EVENT, PacketType.EVENT],
  [PacketType.BINARY_ACK, PacketType.ACK],
]);

function withPlainType(packet: Packet): Packet {
  const type = plainTypes.get(packet?.type);
  return type === undefined ? packet : { ...packet, type };
}
