/** The codecs for browsers, `@anywire/protocol/compact`: the same packets as `/engine` and `/socket`, in less code. */

export { decodeCompactText, encodeCompactPayload, encodeCompactText } from "./engine/compact-packet.ts";
export { CompactDecoder } from "./socket/compact-decoder.ts";
export { CompactEncoder } from "./socket/compact-encoder.ts";
