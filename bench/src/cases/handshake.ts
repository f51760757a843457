/** Opening handshakes, 50 at a time: from the connection to the answer, and the end of it. */

import type { BenchCase } from "../bench-case.ts";
import { HandshakeLoad } from "../load/handshake-load.ts";
import { measureMessages } from "../measure.ts";

const handshakes: BenchCase = {
  name: "handshakes",
  peers: ["ws", "WebSocket-Node", "faye-websocket", "uWebSockets.js", "@anywire/websocket"],
  unit: "handshake",
  side: "server",
  role: "echo",
  size: { connections: 0, warmUp: 5_000, messages: 10_000 },
  quick: { connections: 0, warmUp: 100, messages: 300 },
  measure: measureMessages,
  createLoad: (target) => new HandshakeLoad(target, { depth: 50 }),
};

export default [handshakes];
