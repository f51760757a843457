/** Clients that send back what they get, 64 bytes: one in flight and 64. What is measured is the clients' process. */

import type { BenchCase } from "../bench-case.ts";
import { returnedMessages } from "../load/messages.ts";
import { WaitingLoad } from "../load/waiting-load.ts";
import { measureMessages } from "../measure.ts";

function clientCase(depth: number): BenchCase {
  return {
    name: `client echo 64 B, depth ${depth}`,
    peers: ["ws", "ws + bufferutil", "@anywire/websocket"],
    side: "client",
    size: { connections: 100, warmUp: depth === 1 ? 40_000 : 150_000, messages: depth === 1 ? 120_000 : 400_000 },
    quick: { connections: 20, warmUp: 1_000, messages: 5_000 },
    measure: measureMessages,
    listen: () => WaitingLoad.listen({ messages: returnedMessages("binary", 64), depth }),
  };
}

export default [clientCase(1), clientCase(64)];
