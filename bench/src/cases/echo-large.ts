/** Echo of large binary messages, one in flight. */

import type { BenchCase } from "../bench-case.ts";
import { EchoLoad } from "../load/echo-load.ts";
import { echoedMessages } from "../load/messages.ts";
import { type CaseSize, measureMessages } from "../measure.ts";

interface LargeEcho {
  readonly name: string;
  readonly bytes: number;
  readonly size: CaseSize;
  readonly quick: CaseSize;
}

function largeCase({ name, bytes, size, quick }: LargeEcho): BenchCase {
  return {
    name,
    peers: ["ws", "ws + bufferutil", "WebSocket-Node", "faye-websocket", "uWebSockets.js", "@anywire/websocket"],
    side: "server",
    role: "echo",
    size,
    quick,
    measure: measureMessages,
    createLoad: (target) => new EchoLoad(target, { messages: echoedMessages("binary", bytes), depth: 1 }),
  };
}

export default [
  largeCase({
    name: "echo 64 KiB",
    bytes: 0x1_0000,
    size: { connections: 20, warmUp: 3_000, messages: 10_000 },
    quick: { connections: 5, warmUp: 50, messages: 200 },
  }),
  largeCase({
    name: "echo 1 MiB",
    bytes: 0x10_0000,
    size: { connections: 4, warmUp: 200, messages: 800 },
    quick: { connections: 2, warmUp: 4, messages: 20 },
  }),
];
