/** Data of packets between the program's kinds (text, ArrayBuffer and views, Blob, Buffer) and what the codecs take: text and bytes. */

import type { Packet, PacketData } from "@anywire/protocol/engine";
import type { BinaryType } from "../platform.ts";
import type { EnginePacket, RawData } from "./transport.ts";

/** Asynchronous, as Blobs have to be read. */
export function wirePackets(packets: readonly EnginePacket[]): Promise<Packet[]> {
  return Promise.all(
    packets.map(async ({ type, data }) => ({ type: type === "error" ? "noop" : type, data: await wireData(data) })),
  );
}

async function wireData(data: RawData | undefined): Promise<PacketData | undefined> {
  if (data === undefined || typeof data === "string") return data;
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return new Uint8Array(data instanceof ArrayBuffer ? data : await data.arrayBuffer());
}

/** As the program gets it. */
export function packetOf({ type, data }: Packet, binaryType: BinaryType): EnginePacket {
  return { type, data: typeof data === "object" ? binaryOf(data, binaryType) : data };
}

function binaryOf(bytes: Uint8Array, binaryType: BinaryType): RawData {
  const { buffer, byteOffset, byteLength } = bytes;
  if (binaryType === "nodebuffer") return Buffer.from(buffer, byteOffset, byteLength);
  const own = bytes.slice().buffer;
  return binaryType === "blob" ? new Blob([own]) : own;
}
