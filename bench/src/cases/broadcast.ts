/** Broadcast of 64 bytes of text to a room of 1,000: one at a time (a write for each socket) and 16 at once. A message is one delivery. */

import type { BenchCase } from "../bench-case.ts";
import { FanOutLoad } from "../load/fan-out-load.ts";
import { echoedMessages } from "../load/messages.ts";
import { measureMessages } from "../measure.ts";

function broadcastCase(burst: number): BenchCase {
  return {
    name: `broadcast to 1,000, burst ${burst}`,
    peers: ["ws", "ws + bufferutil", "uWebSockets.js", "@anywire/websocket", "@anywire/server"],
    side: "server",
    role: "broadcast",
    size: { connections: 1_000, warmUp: burst === 1 ? 50_000 : 96_000, messages: burst === 1 ? 150_000 : 320_000 },
    quick: { connections: 100, warmUp: 1_600, messages: 4_800 },
    measure: measureMessages,
    createLoad: (target) => new FanOutLoad(target, { messages: echoedMessages("text", 64), burst }),
  };
}

export default [broadcastCase(1), broadcastCase(16)];
