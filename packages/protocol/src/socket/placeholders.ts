/** The places in a payload where attachments belong: `{"_placeholder":true,"num":0}` (protocol 5, "Packet encoding"). */

import { socketMust } from "../errors.ts";
import type { Attachment } from "./attachment.ts";
import { isContainer, type Members } from "./container.ts";

/** A member or an item that waits for the attachment `num`. */
export interface Place {
  readonly holder: Members;
  readonly key: string;
  readonly num: number;
}

/**
 * The places of a payload that came from `JSON.parse`, each of them sound.
 * @param attachments how many will come
 * @param maxDepth levels of arrays and objects
 * @throws {SocketPacketError} bad-placeholder, too-deep
 */
export function findPlaces(payload: unknown, attachments: number, maxDepth: number): Place[] {
  const places: Place[] = [];
  const visit = (holder: Members, levels: number): void => {
    socketMust(levels > 0, "too-deep");
    for (const key of Object.keys(holder)) {
      const member = holder[key];
      if (!isContainer(member)) continue;
      if (member._placeholder === true) places.push({ holder, key, num: numberOf(member, attachments) });
      else visit(member, levels - 1);
    }
  };
  if (isContainer(payload)) visit(payload, maxDepth);
  return places;
}

/** Puts them where they belong, in place: keys are the holder's own, `__proto__` too. */
export function putAttachments(places: readonly Place[], attachments: readonly Attachment[]): void {
  for (const { holder, key, num } of places) holder[key] = attachments[num];
}

/** @throws {SocketPacketError} too-deep */
export function assertDepth(payload: unknown, maxDepth: number): void {
  if (!isContainer(payload)) return;
  socketMust(maxDepth > 0, "too-deep");
  for (const member of Array.isArray(payload) ? payload : Object.values(payload)) {
    if (isContainer(member)) assertDepth(member, maxDepth - 1);
  }
}

function numberOf({ num }: Members, attachments: number): number {
  socketMust(typeof num === "number" && Number.isInteger(num) && num >= 0 && num < attachments, "bad-placeholder");
  return num;
}
