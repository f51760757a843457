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

export interface PayloadOptions {
  /** Most packets in one body. */
  readonly maxPayloadPackets: number;
}

export interface PayloadFormat {
  /** @throws {EnginePacketError} holds-separator */
  encode(packets: readonly Packet[]): string | Uint8Array;
  /**
   * @param isBinary the request says that its body is bytes
   * @throws {EnginePacketError} for a body that is no payload
   */
  decode(body: Buffer, isBinary: boolean, options: PayloadOptions): readonly Packet[];
}

/** `j=` asks for JSONP, `b64` for no bytes (EIO 3). */
export function payloadFormatOf({ protocol, query }: Pick<TransportSetup, "protocol" | "query">): PayloadFormat {
  const { j, b64 } = query;
  if (j !== undefined) return jsonpFormat(protocol === 4 ? textFormat : legacyTextFormat, callbackOf(j));
  if (protocol === 4) return textFormat;
  return b64 ? legacyTextFormat : legacyFormat;
}

/** EIO 4: of XHR, and of the streams' POSTs. */
export const textFormat: PayloadFormat = {
  encode: (packets) => encodePayload(packets, nodePlatform),
  decode: (body, _, options) => decodePayload(body.toString(), limitsOf(options), nodePlatform),
};

/** EIO 3. */
const legacyFormat: PayloadFormat = {
  encode: (packets) => encodeLegacyPayload(packets, true, nodePlatform),
  decode: (body, isBinary, options) =>
    decodeLegacyPayload(isBinary ? body : body.toString(), limitsOf(options), nodePlatform),
};

/** EIO 3, of a client that cannot read bytes. */
const legacyTextFormat: PayloadFormat = {
  encode: (packets) => encodeLegacyPayload(packets, false, nodePlatform),
  decode: legacyFormat.decode,
};

/** @param format its payloads are text */
function jsonpFormat(format: PayloadFormat, callback: string): PayloadFormat {
  return {
    encode: (packets) => scriptOf(callback, format.encode(packets).toString()),
    decode(body, _, options) {
      const payload = payloadOfForm(body.toString());
      if (payload === undefined) throw new EnginePacketError("empty");
      return format.decode(Buffer.from(payload), false, options);
    },
  };
}

function limitsOf({ maxPayloadPackets }: PayloadOptions): { readonly maxPackets: number } {
  return { maxPackets: maxPayloadPackets };
}
