/** `@anywire/protocol/compact`, but with the parser of socket.io-msgpack-parser: bundled in its place. */

export { Decoder as CompactDecoder, Encoder as CompactEncoder } from "socket.io-msgpack-parser";
export * from "../../packages/protocol/src/compact.ts";
