/** Clients of Socket.IO at work with a server of ours: emits with acks, and events of a room, over WebSocket; acks by polling. What is measured is the clients' process. */

import type { BenchCase } from "../bench-case.ts";
import { type CaseSize, measureMessages } from "../measure.ts";

interface Call {
  readonly name: string;
  /** What the server does, and what the clients do. */
  readonly role: string;
  readonly task: string;
  /** Of the counted messages. */
  readonly messages: number;
}

function callerCase({ name, role, task, messages }: Call): BenchCase {
  const size: CaseSize = { connections: 100, warmUp: messages / 2, messages };
  return {
    name: `Socket.IO client ${name}`,
    peers: ["socket.io-client", "@anywire/client"],
    side: "caller",
    role,
    task,
    size,
    quick: { connections: 10, warmUp: messages / 250, messages: messages / 50 },
    measure: measureMessages,
  };
}

function echoCase(depth: number): BenchCase {
  const task = `echo, depth ${depth}`;
  return callerCase({ name: task, role: "Socket.IO acknowledgement", task, messages: depth === 1 ? 60_000 : 200_000 });
}

function receiveCase(data: "text" | "objects", burst: number): BenchCase {
  const task = `receives ${data}, burst ${burst}`;
  return callerCase({ name: task, role: "Socket.IO broadcast", task, messages: burst === 1 ? 100_000 : 320_000 });
}

export default [
  echoCase(1),
  echoCase(64),
  receiveCase("text", 1),
  receiveCase("text", 16),
  receiveCase("objects", 1),
  receiveCase("objects", 16),
  callerCase({ name: "polling echo", role: "Socket.IO acknowledgement", task: "polling echo", messages: 8_000 }),
];
