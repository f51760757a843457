/** How much one HTTP body may carry: servers close a session that sends more than `maxPayload` bytes at once. */

import type { EnginePacket, RawData } from "./transport.ts";

/**
 * @param limit in bytes; 0 for none
 * @returns the number of packets, at least one
 */
export function writableCount(packets: readonly EnginePacket[], limit: number): number {
  let size = -1; // there is a separator less than packets
  for (let count = 0; limit > 0 && count < packets.length; count++) {
    size += 2 + sizeOf(packets[count]?.data ?? ""); // separator and type
    if (count > 0 && size > limit) return count;
  }
  return packets.length;
}

/** As text of a payload: a Blob knows the length of everything. */
function sizeOf(data: RawData): number {
  const { size } = new Blob([data as string]);
  return typeof data === "string" ? size : Math.ceil(size / 3) * 4;
}
