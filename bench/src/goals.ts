/** What the packages are to reach, measured to be possible on public Node APIs. */

/** How many times cheaper in CPU than the reference a peer is to be, or, for memory, which share of the reference's it may take. */
export interface Goal {
  readonly case: string;
  readonly peers: readonly string[];
  readonly kind: "cheaper" | "share";
  readonly value: number;
}

const websocket = ["@anywire/websocket"];
const both = ["@anywire/websocket", "@anywire/server"];

export const allGoals: readonly Goal[] = [
  { case: "echo 64 B, depth 1, binary", peers: websocket, kind: "cheaper", value: 1.2 },
  { case: "echo 64 B, depth 1, text", peers: websocket, kind: "cheaper", value: 1.2 },
  { case: "echo 64 B, depth 64, binary", peers: websocket, kind: "cheaper", value: 10 },
  { case: "echo 64 B, depth 64, text", peers: websocket, kind: "cheaper", value: 10 },
  { case: "broadcast to 1,000, burst 1", peers: both, kind: "cheaper", value: 1.25 },
  { case: "broadcast to 1,000, burst 16", peers: both, kind: "cheaper", value: 15 },
  { case: "idle connections, 10,000", peers: websocket, kind: "share", value: 0.75 },
];

export function goalOf(caseName: string, peer: string): Goal | undefined {
  return allGoals.find((goal) => goal.case === caseName && goal.peers.includes(peer));
}
