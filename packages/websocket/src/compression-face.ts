/** The `extensions` that Receiver and Sender of ws take: permessage-deflate under its name, as ws or a program made it. */

import type { Decompressor } from "./node/incoming.ts";
import type { Compressor } from "./node/outgoing.ts";
import { closeCode } from "./protocol/close-code.ts";
import { createProtocolError, isProtocolError, peerError } from "./protocol/errors.ts";

export type CompressionCallback = (error: Error | null, data?: Buffer) => void;

/** What Receiver and Sender use of ws's PerMessageDeflate. */
export interface CompressionFace {
  readonly params: { server_no_context_takeover?: boolean; client_no_context_takeover?: boolean } | null;
  readonly _isServer: boolean;
  readonly _threshold: number;
  /** A fragment of a message; the last with `fin`. */
  compress(data: Buffer | string, fin: boolean, callback: CompressionCallback): void;
  decompress(data: Buffer, fin: boolean, callback: CompressionCallback): void;
}

export interface CompressionExtensions {
  readonly "permessage-deflate"?: CompressionFace | undefined;
}

const empty = Buffer.alloc(0);

/** @param isGone asked before what was compressed is handed on; if it is true, nobody wants it any more */
export function compressorOf(
  extensions: CompressionExtensions | undefined,
  isGone: () => boolean,
): Compressor | undefined {
  const face = extensions?.["permessage-deflate"];
  if (face === undefined) return undefined;
  return {
    compresses(length) {
      const { params } = face;
      const alone = face._isServer ? params?.server_no_context_takeover : params?.client_no_context_takeover;
      return alone !== true || length >= face._threshold;
    },
    deflate(plain, fin, done) {
      face.compress(plain, fin, (error, data = empty) => {
        if (!isGone()) done(error ?? undefined, data);
      });
    },
  };
}

export function decompressorOf(extensions: CompressionExtensions | undefined): Decompressor | undefined {
  const face = extensions?.["permessage-deflate"];
  if (face === undefined) return undefined;
  return {
    inflate(compressed, maxPayload, done) {
      face.decompress(compressed, true, (error, data = empty) => {
        if (error !== null) done(isProtocolError(error) ? error : peerError(error, closeCode.invalidPayload), empty);
        else if (data.length > maxPayload) done(createProtocolError("WS_ERR_UNSUPPORTED_MESSAGE_LENGTH"), empty);
        else done(undefined, data);
      });
    },
  };
}
