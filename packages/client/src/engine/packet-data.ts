/** Data of packets between the program's kinds (text, ArrayBuffer and views, Blob, Buffer) and what the codecs take: text and bytes. */

import type { Packet, PacketData, PacketType } from "@anywire/protocol/engine";
import type { BinaryType } from "../platform.ts";
import type { EnginePacket, RawData } from "./transport.ts";

/** Asynchronous, as Blobs have to be read. */
export function wirePackets(packets: readonly EnginePacket[]): Promise<Packet[]> {
  return Promise.all(packets.map(async ({ type, data }) => ({ type, data: await wireData(data) })));
}

async function wireData(data: RawData | undefined): Promise<PacketData | undefined> {
  if (data === undefined || typeof data === "string") return data;
  if (ArrayBuffer.isView(data)) return bytesOf(data);
  return new Uint8Array(data instanceof ArrayBuffer ? data : await data.arrayBuffer());
}

/** As the program gets it. What is no text is a message of a WebSocket, or what the codecs give. */
export function packetOf(
  { type, data }: { readonly type: PacketType; readonly data?: RawData | undefined },
  binaryType: BinaryType,
): EnginePacket {
  return { type, data: typeof data === "object" ? binaryOf(data, binaryType) : data };
}

function binaryOf(data: Exclude<RawData, string>, binaryType: BinaryType): RawData {
  if ("arrayBuffer" in data) return data;
  if (!ArrayBuffer.isView(data) && binaryType === "arraybuffer") return data;
  const bytes = ArrayBuffer.isView(data) ? bytesOf(data) : new Uint8Array(data);
  if (binaryType === "nodebuffer") return globalThis.Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const own = new Uint8Array(bytes).buffer; // not by `slice`, which gives a view of a Buffer
  return binaryType === "blob" ? new Blob([own]) : own;
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
