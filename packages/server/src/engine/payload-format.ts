/** How a polling client writes and reads several packets: by its protocol, and by what it can (engine.io-protocol 4 and 3). */

import {
  decodeLegacyPayload,
  decodePayload,
  EnginePacketError,
  encodeLegacyPayload,
  encodePayload,
  type Packet,
} from "@anywire/protocol/engine";
import { callbackOf, payloadOfForm, scriptOf } from "./jsonp.ts";
import { nodePlatform } from "./node-platform.ts";
import type { TransportSetup } from "./transport.ts";

export interface PayloadFormat {
  /** @throws {EnginePacketError} holds-separator */
  encode(packets: readonly Packet[]): string | Uint8Array;
  /**
   * @param isBinary the request says that its body is bytes
   * @throws {EnginePacketError} for a body that is no payload
   */
  decode(body: Buffer, isBinary: boolean): readonly Packet[];
}

/** `j=` asks for JSONP, `b64` for no bytes (EIO 3). */
export function payloadFormatOf(setup: TransportSetup): PayloadFormat {
  const { j } = setup.query;
  const format = setup.protocol === 4 ? currentFormat(setup) : legacyFormat(setup);
  return j === undefined ? format : jsonpFormat(format, callbackOf(j));
}

function currentFormat({ options }: TransportSetup): PayloadFormat {
  const limits = { maxPackets: options.maxPayloadPackets };
  return {
    encode: (packets) => encodePayload(packets, nodePlatform),
    decode: (body) => decodePayload(body.toString(), limits, nodePlatform),
  };
}

function legacyFormat({ query, options }: TransportSetup): PayloadFormat {
  const limits = { maxPackets: options.maxPayloadPackets };
  const takesBytes = !query.b64 && query.j === undefined;
  return {
    encode: (packets) => encodeLegacyPayload(packets, takesBytes, nodePlatform),
    decode: (body, isBinary) => decodeLegacyPayload(isBinary ? body : body.toString(), limits, nodePlatform),
  };
}

function jsonpFormat(format: PayloadFormat, callback: string): PayloadFormat {
  return {
    encode: (packets) => scriptOf(callback, String(format.encode(packets))), // text, for bytes were not asked for
    decode(body) {
      const payload = payloadOfForm(body.toString());
      if (payload === undefined) throw new EnginePacketError("empty");
      return format.decode(Buffer.from(payload), false);
    },
  };
}
