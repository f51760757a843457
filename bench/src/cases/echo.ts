/** Echo of 64 bytes: one in flight (a write for each message) and 64 (pipelined), binary and text. */

import type { BenchCase } from "../bench-case.ts";
import { EchoLoad } from "../load/echo-load.ts";
import { echoedMessages, type MessageKind } from "../load/messages.ts";
import { measureMessages } from "../measure.ts";

const all = ["ws", "ws + bufferutil", "WebSocket-Node", "faye-websocket", "uWebSockets.js", "@anywire/websocket"];
const fewer = ["ws", "uWebSockets.js", "@anywire/websocket"];

function echoCase(depth: number, kind: MessageKind): BenchCase {
  return {
    name: `echo 64 B, depth ${depth}, ${kind}`,
    peers: kind === "binary" ? all : fewer,
    side: "server",
    role: "echo",
    size: { connections: 100, warmUp: depth === 1 ? 40_000 : 150_000, messages: depth === 1 ? 120_000 : 400_000 },
    quick: { connections: 20, warmUp: 1_000, messages: 5_000 },
    measure: measureMessages,
    createLoad: (target) => new EchoLoad(target, { messages: echoedMessages(kind, 64), depth }),
  };
}

export default [echoCase(1, "binary"), echoCase(1, "text"), echoCase(64, "binary"), echoCase(64, "text")];
