/** The codec of Socket.IO for browsers: `@anywire/protocol/compact`. The same packets as `/socket`, in less code. */

export { CompactDecoder } from "./socket/compact-decoder.ts";
export { CompactEncoder } from "./socket/compact-encoder.ts";
