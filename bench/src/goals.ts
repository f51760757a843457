/** What the packages are to reach, measured to be possible on public Node APIs. */

/** How many times cheaper in CPU than another a peer is to be, or, for memory, which share of the other's it may take. */
export interface Goal {
  readonly case: string;
  readonly peers: readonly string[];
  /** @default the reference of the case */
  readonly against?: string;
  readonly kind: "cheaper" | "share";
  readonly value: number;
}

const websocket = ["@anywire/websocket"];
const both = ["@anywire/websocket", "@anywire/server"];
const eventsource = ["@anywire/eventsource"];
const bufferutil = "ws + bufferutil";
const uws = "uWebSockets.js";
const server = ["@anywire/server"];
const client = ["@anywire/client"];
const socketIoOnUws = "socket.io on uWebSockets.js";

export const allGoals: readonly Goal[] = [
  { case: "echo 64 B, depth 1, binary", peers: websocket, kind: "cheaper", value: 1.2 },
  { case: "echo 64 B, depth 1, text", peers: websocket, kind: "cheaper", value: 1.2 },
  { case: "echo 64 B, depth 64, binary", peers: websocket, kind: "cheaper", value: 10 },
  { case: "echo 64 B, depth 64, binary", peers: websocket, against: uws, kind: "cheaper", value: 1 },
  { case: "echo 64 B, depth 64, text", peers: websocket, kind: "cheaper", value: 10 },
  { case: "echo 64 B, depth 64, text", peers: websocket, against: uws, kind: "cheaper", value: 1 },
  { case: "echo 64 KiB", peers: websocket, kind: "cheaper", value: 3.5 },
  { case: "echo 64 KiB", peers: websocket, against: bufferutil, kind: "cheaper", value: 1.4 },
  { case: "echo 1 MiB", peers: websocket, kind: "cheaper", value: 3.5 },
  { case: "echo 1 MiB", peers: websocket, against: bufferutil, kind: "cheaper", value: 1.6 },
  { case: "broadcast to 1,000, burst 1", peers: both, kind: "cheaper", value: 1.25 },
  { case: "broadcast to 1,000, burst 16", peers: both, kind: "cheaper", value: 15 },
  { case: "broadcast to 1,000, burst 16", peers: websocket, against: uws, kind: "cheaper", value: 0.75 },
  { case: "handshakes", peers: websocket, kind: "cheaper", value: 1.5 },
  { case: "deflate echo 2 KiB, context takeover", peers: websocket, kind: "cheaper", value: 2 },
  { case: "deflate echo 2 KiB, no context takeover", peers: websocket, kind: "cheaper", value: 2 },
  { case: "deflate broadcast of 2 KiB to 1,000", peers: websocket, kind: "cheaper", value: 7 },
  { case: "deflate broadcast of 2 KiB to 1,000", peers: websocket, against: uws, kind: "cheaper", value: 1 },
  { case: "idle connections, 10,000", peers: websocket, kind: "share", value: 0.75 },
  { case: "events to 1,000 streams, burst 1", peers: eventsource, kind: "cheaper", value: 1.5 },
  { case: "events to 1,000 streams, burst 16", peers: eventsource, kind: "cheaper", value: 4 },
  { case: "events to 1,000 streams, burst 16 of 16 POSTs", peers: eventsource, kind: "cheaper", value: 15 },
  { case: "events to 10,000 streams, burst 1", peers: eventsource, kind: "cheaper", value: 1.5 },
  { case: "events to 10,000 streams, burst 16", peers: eventsource, kind: "cheaper", value: 4 },
  { case: "parse events of 200 B, an event a chunk", peers: eventsource, kind: "cheaper", value: 1 },
  { case: "parse events of 200 B, named, an event a chunk", peers: eventsource, kind: "cheaper", value: 1 },
  { case: "parse events of 200 B, CRLF, an event a chunk", peers: eventsource, kind: "cheaper", value: 1 },
  { case: "parse events of 200 B, 64 KiB a chunk", peers: eventsource, kind: "cheaper", value: 1 },
  { case: "Socket.IO echo, depth 1", peers: server, kind: "cheaper", value: 1.8 },
  { case: "Socket.IO echo, depth 1", peers: server, against: socketIoOnUws, kind: "cheaper", value: 1 },
  { case: "Socket.IO echo, depth 64", peers: server, kind: "cheaper", value: 7 },
  { case: "Socket.IO echo, depth 64", peers: server, against: socketIoOnUws, kind: "cheaper", value: 1 },
  { case: "Socket.IO broadcast to 1,000, burst 1", peers: server, kind: "cheaper", value: 1.5 },
  { case: "Socket.IO broadcast to 1,000, burst 16", peers: server, kind: "cheaper", value: 11 },
  { case: "Socket.IO polling echo", peers: server, kind: "cheaper", value: 1 },
  { case: "Socket.IO connection storm", peers: server, kind: "cheaper", value: 2.4 },
  { case: "idle Socket.IO sockets, 10,000", peers: server, kind: "share", value: 0.5 },
  ...[
    "echo, depth 1",
    "echo, depth 64",
    "polling echo",
    "receives text, burst 1",
    "receives text, burst 16",
    "receives objects, burst 1",
    "receives objects, burst 16",
  ].map((name): Goal => ({ case: `Socket.IO client ${name}`, peers: client, kind: "cheaper", value: 1 })),
  { case: "idle event streams, 10,000", peers: eventsource, kind: "share", value: 1.2 },
];

export function goalsOf(caseName: string, peer: string): Goal[] {
  return allGoals.filter((goal) => goal.case === caseName && goal.peers.includes(peer));
}
