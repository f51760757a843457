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
  const codec = setup.protocol === 4 ? currentCodec(setup) : legacyCodec(setup);
  return j === undefined ? bareFormat(codec) : jsonpFormat(codec, callbackOf(j));
}

/** Of the streams of EIO 4, whose packets come up as those of XHR do. */
export function textFormatOf(setup: TransportSetup): PayloadFormat {
  return bareFormat(currentCodec(setup));
}

interface Codec {
  encode(packets: readonly Packet[]): string | Uint8Array;
  decode(payload: string | Buffer): readonly Packet[];
}

function currentCodec({ options }: TransportSetup): Codec {
  const limits = { maxPackets: options.maxPayloadPackets };
  return {
    encode: (packets) => encodePayload(packets, nodePlatform),
    decode: (payload) => decodePayload(payload.toString(), limits, nodePlatform),
  };
}

function legacyCodec({ query, options }: TransportSetup): Codec {
  const limits = { maxPackets: options.maxPayloadPackets };
  const takesBytes = !query.b64 && query.j === undefined;
  return {
    encode: (packets) => encodeLegacyPayload(packets, takesBytes, nodePlatform),
    decode: (payload) => decodeLegacyPayload(payload, limits, nodePlatform),
  };
}

function bareFormat({ encode, decode }: Codec): PayloadFormat {
  return { encode, decode: (body, isBinary) => decode(isBinary ? body : body.toString()) };
}

function jsonpFormat({ encode, decode }: Codec, callback: string): PayloadFormat {
  return {
    encode: (packets) => scriptOf(callback, encode(packets).toString()), // always text: bytes were not asked for
    decode(body) {
      const payload = payloadOfForm(body.toString());
      if (payload === undefined) throw new EnginePacketError("empty");
      return decode(payload);
    },
  };
}
