/** Data of packets between the program's kinds (text, ArrayBuffer and views, Blob, Buffer) and what the codecs take: text and bytes. */

import type { Packet, PacketData, PacketType } from "@anywire/protocol/engine";
import type { BinaryType } from "../platform.ts";
import type { EnginePacket, RawData } from "./transport.ts";

/** Asynchronous, as Blobs have to be read. */
export function wirePackets(packets: readonly EnginePacket[]): Promise<Packet[]> {
  return Promise.all(packets.map(async ({ type, data }) => ({ type, data: await wireData(data) })));
}

/** A Response knows how to read them all. */
async function wireData(data: RawData | undefined): Promise<PacketData | undefined> {
  return typeof data === "object" ? new Uint8Array(await new Response(data as Blob).arrayBuffer()) : data;
}

/** As the program gets it. What is no text is a message of a WebSocket, or what the codecs give. */
export function packetOf(
  { type, data }: { readonly type: PacketType; readonly data?: RawData | undefined },
  binaryType: BinaryType,
): EnginePacket {
  return { type, data: typeof data === "object" ? binaryOf(data, binaryType) : data };
}

/** Of any kind of platform. */
export function binaryOf(data: Exclude<RawData, string>, binaryType: BinaryType): RawData {
  const isView = ArrayBuffer.isView(data);
  if (!isView && binaryType === "arraybuffer") return data; // as every WebSocket of ours gives it
  const { buffer, byteOffset, byteLength } = isView ? data : new Uint8Array(data as ArrayBuffer);
  if (binaryType === "nodebuffer") return globalThis.Buffer.from(buffer, byteOffset, byteLength);
  const own = buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer; // no message is shared memory
  return binaryType === "blob" ? new Blob([own]) : own;
}
