/** Memory of 10,000 connections that say nothing. */

import type { BenchCase } from "../bench-case.ts";
import { EchoLoad } from "../load/echo-load.ts";
import { echoedMessages } from "../load/messages.ts";
import { measureMemory } from "../measure.ts";

const idle: BenchCase = {
  name: "idle connections, 10,000",
  peers: ["ws", "WebSocket-Node", "faye-websocket", "uWebSockets.js", "@anywire/websocket", "@anywire/server"],
  side: "server",
  role: "echo",
  size: { connections: 10_000, warmUp: 0, messages: 0 },
  quick: { connections: 300, warmUp: 0, messages: 0 },
  measure: measureMemory,
  createLoad: (target) => new EchoLoad(target, { messages: echoedMessages("binary", 64), depth: 1 }),
};

export default [idle];
