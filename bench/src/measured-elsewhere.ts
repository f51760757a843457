/**
 * Figures of peers that do not run everywhere, measured on another machine (Node 20.20.2, two shared processors, medians) with
 * the reference of the case beside them. They show the level, and are compared with nothing that is measured here.
 */

export interface MeasuredElsewhere {
  readonly case: string;
  readonly peer: string;
  /** CPU microseconds per message, or bytes per connection: of the peer and of the case's reference. */
  readonly figure: number;
  readonly reference: number;
}

const peer = "uWebSockets.js";
const socketIo = "socket.io on uWebSockets.js";

export const allMeasuredElsewhere: readonly MeasuredElsewhere[] = [
  { case: "echo 64 B, depth 1, binary", peer, figure: 5.9, reference: 10.4 },
  { case: "echo 64 B, depth 64, binary", peer, figure: 0.54, reference: 5.6 },
  { case: "echo 64 B, depth 64, text", peer, figure: 0.72, reference: 6.1 },
  { case: "echo 64 KiB", peer, figure: 17.6, reference: 134 },
  { case: "echo 1 MiB", peer, figure: 299, reference: 1_849 },
  { case: "broadcast to 1,000, burst 1", peer, figure: 7.2, reference: 9.9 },
  { case: "broadcast to 1,000, burst 16", peer, figure: 0.38, reference: 10.4 },
  { case: "handshakes", peer, figure: 42, reference: 112 },
  { case: "deflate echo 2 KiB, context takeover", peer, figure: 38, reference: 67 },
  { case: "deflate echo 2 KiB, no context takeover", peer, figure: 20, reference: 70 },
  { case: "deflate broadcast of 2 KiB to 1,000", peer, figure: 22, reference: 72 },
  { case: "idle connections, 10,000", peer, figure: 990, reference: 6_130 },
  { case: "Socket.IO echo, depth 1", peer: socketIo, figure: 16.1, reference: 22.1 },
  { case: "Socket.IO echo, depth 64", peer: socketIo, figure: 3.4, reference: 11.4 },
  { case: "Socket.IO broadcast to 1,000, burst 1", peer: socketIo, figure: 10.3, reference: 19.9 },
  { case: "Socket.IO broadcast to 1,000, burst 16", peer: socketIo, figure: 0.72, reference: 8.7 },
  { case: "Socket.IO connection storm", peer: socketIo, figure: 90, reference: 302 },
  { case: "idle Socket.IO sockets, 10,000", peer: socketIo, figure: 9_310, reference: 12_870 },
];

export function measuredElsewhere(caseName: string, peerName: string): MeasuredElsewhere | undefined {
  return allMeasuredElsewhere.find((known) => known.case === caseName && known.peer === peerName);
}
