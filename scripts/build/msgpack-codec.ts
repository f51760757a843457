/** The parser of socket.io-msgpack-parser under the names of `@anywire/protocol/compact`, in whose place it is bundled. */

export { Decoder as CompactDecoder, Encoder as CompactEncoder } from "socket.io-msgpack-parser";
