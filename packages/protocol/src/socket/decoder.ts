/** The face of socket.io-parser's decoder, on ours. */

import { Emitter } from "../emitter.ts";
import { SocketPacketError } from "../errors.ts";
import { isAttachment } from "./attachment.ts";
import { isContainer } from "./container.ts";
import type { Packet } from "./packet.ts";
import { type DecoderLimits, decoderLimits, PacketDecoder, type Reviver } from "./packet-decoder.ts";

export interface DecoderOptions extends Partial<DecoderLimits> {
  /** Is given to `JSON.parse`. */
  readonly reviver?: Reviver | undefined;
}

interface DecoderEvents {
  decoded(packet: Packet): void;
}

export class Decoder extends Emitter<Record<never, never>, Record<never, never>, DecoderEvents> {
  readonly #decoder: PacketDecoder;

  constructor(options: DecoderOptions | Reviver = {}) {
    super();
    const given = typeof options === "function" ? { reviver: options } : options;
    this.#decoder = new PacketDecoder(
      { packet: (packet) => this.emitReserved("decoded", packet) },
      { ...decoderLimits, ...given },
    );
  }

  /**
   * Emits `decoded` for each packet that is complete.
   * @param data a text, or binary data of any kind
   * @throws {SocketPacketError} if it is not what the protocol allows here
   */
  add(data: unknown): void {
    if (typeof data === "string" || (isContainer(data) && isAttachment(data))) {
      this.#decoder.receive(data);
    } else {
      throw new SocketPacketError("unknown-data", String(data));
    }
  }

  /** Drops what is not complete. */
  destroy(): void {
    this.#decoder.destroy();
  }
}
