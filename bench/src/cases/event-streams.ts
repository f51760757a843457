/** Server-Sent Events, 64 bytes of text to every stream, one at a time and 16 at once, and the memory of streams that say nothing. */

import type { BenchCase } from "../bench-case.ts";
import { EventStreamLoad } from "../load/event-stream-load.ts";
import { publishedTexts } from "../load/messages.ts";
import { measureMemory, measureMessages } from "../measure.ts";

const peers = ["node:http by hand", "better-sse", "@anywire/eventsource"];
const withRooms = [...peers, "@anywire/server"];

interface FanOut {
  readonly name: string;
  readonly peers: readonly string[];
  readonly streams: number;
  readonly burst: number;
  readonly apart?: boolean;
}

/** An event is one delivery. */
function fanOutCase({ name, peers, streams, burst, apart = false }: FanOut): BenchCase {
  const atOnce = streams * burst;
  return {
    name,
    peers,
    unit: "event",
    side: "server",
    role: "event streams",
    size: { connections: streams, warmUp: Math.max(96_000, atOnce), messages: Math.max(160_000, 2 * atOnce) },
    quick: { connections: streams / 20, warmUp: 1_600, messages: 4_800 },
    measure: measureMessages,
    createLoad: (target) => new EventStreamLoad(target, { texts: publishedTexts(64), burst, apart }),
  };
}

const idle: BenchCase = {
  name: "idle event streams, 10,000",
  peers: withRooms,
  side: "server",
  role: "event streams",
  size: { connections: 10_000, warmUp: 0, messages: 0 },
  quick: { connections: 300, warmUp: 0, messages: 0 },
  measure: measureMemory,
  createLoad: (target) => new EventStreamLoad(target, { texts: publishedTexts(64), burst: 1, apart: false }),
};

export default [
  fanOutCase({ name: "events to 1,000 streams, burst 1", peers: withRooms, streams: 1_000, burst: 1 }),
  fanOutCase({ name: "events to 1,000 streams, burst 16", peers: withRooms, streams: 1_000, burst: 16 }),
  fanOutCase({
    name: "events to 1,000 streams, burst 16 of 16 POSTs",
    peers: withRooms,
    streams: 1_000,
    burst: 16,
    apart: true,
  }),
  fanOutCase({ name: "events to 10,000 streams, burst 1", peers, streams: 10_000, burst: 1 }),
  fanOutCase({ name: "events to 10,000 streams, burst 16", peers, streams: 10_000, burst: 16 }),
  idle,
];
