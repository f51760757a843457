/** The places in a payload where attachments belong: `{"_placeholder":true,"num":0}` (protocol 5, "Packet encoding"). */

import { socketMust } from "../errors.ts";
import type { Attachment } from "./attachment.ts";

type Members = Record<string, unknown>;

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
  visit(payload, { places, attachments }, maxDepth);
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
  if (Array.isArray(payload)) {
    for (let at = 0; at < payload.length; at++) if (isContainer(payload[at])) assertDepth(payload[at], maxDepth - 1);
  } else {
    for (const key in payload) if (isContainer(payload[key])) assertDepth(payload[key], maxDepth - 1);
  }
}

interface Search {
  readonly places: Place[];
  readonly attachments: number;
}

function visit(holder: unknown, search: Search, levels: number): void {
  if (!isContainer(holder)) return;
  socketMust(levels > 0, "too-deep");
  for (const key of Object.keys(holder)) {
    const member = holder[key];
    if (!isContainer(member)) continue;
    if (member._placeholder === true) search.places.push({ holder, key, num: numberOf(member, search.attachments) });
    else visit(member, search, levels - 1);
  }
}

function numberOf({ num }: Members, attachments: number): number {
  const isSound = typeof num === "number" && Number.isInteger(num) && num >= 0 && num < attachments;
  socketMust(isSound, "bad-placeholder");
  return num;
}

function isContainer(value: unknown): value is Members {
  return typeof value === "object" && value !== null;
}
