/** Socket.IO: echo, acks, bytes, broadcast, polling, connections and the memory of sockets that say nothing. Texts and bytes of 64. */

import type { BenchCase } from "../bench-case.ts";
import { EchoLoad } from "../load/echo-load.ts";
import { FanOutLoad } from "../load/fan-out-load.ts";
import { HandshakeLoad } from "../load/handshake-load.ts";
import { type Messages, publishedTexts } from "../load/messages.ts";
import { PollingLoad } from "../load/polling-load.ts";
import { acknowledgedEvents, binaryEvents, eventPacket, textEvents } from "../load/socket-events.ts";
import { socketEntry } from "../load/socket-greeting.ts";
import { measureMemory, measureMessages } from "../measure.ts";

const common = {
  peers: ["socket.io", "socket.io on uWebSockets.js", "@anywire/server"],
  side: "server",
  measure: measureMessages,
} as const;

interface Echo {
  readonly name: string;
  readonly role?: string;
  readonly depth: number;
  createMessages(): Messages;
}

function echoCase({ name, role = "Socket.IO echo", depth, createMessages }: Echo): BenchCase {
  return {
    ...common,
    name: `Socket.IO ${name}, depth ${depth}`,
    role,
    size: { connections: 100, warmUp: depth === 1 ? 40_000 : 100_000, messages: depth === 1 ? 80_000 : 200_000 },
    quick: { connections: 20, warmUp: 1_000, messages: 5_000 },
    createLoad: (target) => new EchoLoad(target, { messages: createMessages(), depth }),
  };
}

function broadcastCase(burst: number): BenchCase {
  return {
    ...common,
    name: `Socket.IO broadcast to 1,000, burst ${burst}`,
    role: "Socket.IO broadcast",
    size: { connections: 1_000, warmUp: burst === 1 ? 50_000 : 96_000, messages: burst === 1 ? 100_000 : 240_000 },
    quick: { connections: 100, warmUp: 1_600, messages: 4_800 },
    createLoad: (target) => new FanOutLoad(target, { messages: textEvents("message", 64), burst }),
  };
}

const polling: BenchCase = {
  ...common,
  name: "Socket.IO polling echo",
  role: "Socket.IO echo",
  size: { connections: 100, warmUp: 8_000, messages: 12_000 },
  quick: { connections: 10, warmUp: 100, messages: 500 },
  createLoad: (target) =>
    new PollingLoad(target, { packets: publishedTexts(64).map((text) => eventPacket("echo", text)) }),
};

const storm: BenchCase = {
  ...common,
  name: "Socket.IO connection storm",
  unit: "connection",
  role: "Socket.IO echo",
  size: { connections: 0, warmUp: 4_000, messages: 8_000 },
  quick: { connections: 0, warmUp: 100, messages: 300 },
  createLoad: (target) => new HandshakeLoad(target, { depth: 50, entry: socketEntry }),
};

const idle: BenchCase = {
  ...common,
  name: "idle Socket.IO sockets, 10,000",
  role: "idle Socket.IO",
  size: { connections: 10_000, warmUp: 0, messages: 0 },
  quick: { connections: 300, warmUp: 0, messages: 0 },
  measure: measureMemory,
  createLoad: (target) => new EchoLoad(target, { messages: textEvents("echo", 64), depth: 1 }),
};

const texts = (): Messages => textEvents("echo", 64);

export default [
  echoCase({ name: "echo", depth: 1, createMessages: texts }),
  echoCase({ name: "echo", depth: 64, createMessages: texts }),
  echoCase({
    name: "echo with ack",
    role: "Socket.IO acknowledgement",
    depth: 64,
    createMessages: () => acknowledgedEvents("echo", 64),
  }),
  echoCase({ name: "binary echo", depth: 64, createMessages: () => binaryEvents("echo", 64) }),
  broadcastCase(1),
  broadcastCase(16),
  polling,
  storm,
  idle,
];
