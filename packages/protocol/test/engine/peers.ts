/** Socket.IO's own parsers, both synchronous behind their callbacks: engine.io-parser for version 4, engine.io's copy of its 2.2 for version 3. */

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Packet, PacketData, PacketType } from "../../src/engine.ts";

const require = createRequire(import.meta.url);
const requireOfServer = createRequire(require.resolve("socket.io"));
const engine = dirname(requireOfServer.resolve("engine.io"));

/** `type: "error"` is how they refuse. */
export interface PeerPacket {
  readonly type: PacketType | "error";
  readonly data?: PacketData;
}

type Done<T> = (result: T) => void;

interface Parser4 {
  encodePacket(packet: Packet, supportsBinary: boolean, done: Done<PacketData>): void;
  decodePacket(encoded: PacketData): PeerPacket;
  encodePayload(packets: readonly Packet[], done: Done<string>): void;
  decodePayload(payload: string): PeerPacket[];
  createPacketEncoderStream(): TransformStream<Packet, Uint8Array>;
  createPacketDecoderStream(maxPayload: number): TransformStream<Uint8Array, PeerPacket>;
}

interface Parser3 {
  encodePacket(packet: Packet, supportsBinary: boolean, utf8: boolean, done: Done<PacketData>): void;
  decodePacket(encoded: PacketData, binaryType: null, utf8: boolean): PeerPacket;
  encodePayload(packets: readonly Packet[], supportsBinary: boolean, done: Done<PacketData>): void;
  decodePayload(payload: PacketData, binaryType: null, done: Done<PeerPacket>): void;
}

/** @returns a module of a peer, which has at least the functions named */
function load<Parser>(path: string, names: readonly (keyof Parser & string)[]): Parser {
  const loaded: Record<string, unknown> = requireOfServer(path);
  for (const name of names) assert.equal(typeof loaded[name], "function", name);
  return loaded as unknown as Parser;
}

export const parser4 = load<Parser4>(createRequire(join(engine, "x.js")).resolve("engine.io-parser"), [
  "encodePacket",
  "decodePacket",
  "encodePayload",
  "decodePayload",
  "createPacketEncoderStream",
  "createPacketDecoderStream",
]);

export const parser3 = load<Parser3>(join(engine, "parser-v3", "index.js"), [
  "encodePacket",
  "decodePacket",
  "encodePayload",
  "decodePayload",
]);

/** What `call` hands to its callback. */
export function resultOf<T>(call: (done: Done<T>) => void): T {
  const results: T[] = [];
  call((result) => results.push(result));
  assert.equal(results.length, 1);
  return results[0]!;
}

/** All that `call` hands to its callback. */
export function resultsOf<T>(call: (done: Done<T>) => void): T[] {
  const results: T[] = [];
  call((result) => results.push(result));
  return results;
}

/** Peers want Buffers. */
export function forPeer({ type, data }: Packet): Packet {
  if (data === undefined) return { type };
  return { type, data: typeof data === "string" ? data : Buffer.from(data) };
}
