/**
 * Takes binary data out of what is to be JSON, and leaves placeholders (protocol 5, "Packet encoding").
 * What the program gave stays as it is: values are copied only along the way to binary data.
 */

import { socketMust } from "../errors.ts";
import { type Attachment, isAttachment } from "./attachment.ts";

type Members = Record<string, unknown>;

/** Levels of arrays and objects that an argument may have: as many as our decoders read, and no circle. */
const maxDepth = 1_000;

/**
 * Adds what is binary in the list `data` to `attachments`, in the order of its placeholders.
 * @returns what is to be given to `JSON.stringify` instead: `data` itself if nothing in it is binary
 * @throws {SocketPacketError} too-deep
 */
export function detach(data: unknown, attachments: Attachment[]): unknown {
  return detachValue(data, attachments, maxDepth + 1); // the list of the arguments is a level too
}

function detachValue(value: unknown, attachments: Attachment[], levels: number): unknown {
  if (!isContainer(value)) return value;
  if (isAttachment(value)) return { _placeholder: true, num: attachments.push(value) - 1 };
  socketMust(levels > 0, "too-deep");
  return Array.isArray(value) ? detachItems(value, attachments, levels) : detachMembers(value, attachments, levels);
}

function detachItems(items: readonly unknown[], attachments: Attachment[], levels: number): readonly unknown[] {
  let copy: unknown[] | undefined;
  for (let at = 0; at < items.length; at++) {
    const item = items[at];
    if (!isContainer(item)) continue;
    const written = standIn(item, at);
    const detached = detachValue(written, attachments, levels - 1);
    if (detached === written) continue;
    copy ??= items.slice();
    copy[at] = detached;
  }
  return copy ?? items;
}

function detachMembers(members: Members, attachments: Attachment[], levels: number): Members {
  let copy: Members | undefined;
  for (const key of Object.keys(members)) {
    const member = members[key];
    if (!isContainer(member)) continue;
    const written = standIn(member, key);
    const detached = detachValue(written, attachments, levels - 1);
    if (detached === written) continue;
    copy ??= copyMembers(members);
    copy[key] = detached;
  }
  return copy ?? members;
}

/** It was asked for its JSON already, where it has some. */
function copyMembers(members: Members): Members {
  const copy = { ...members };
  if (typeof copy.toJSON === "function") copy.toJSON = undefined;
  return copy;
}

/** What JSON writes in the place of a value (ECMA-262 §25.5.2.2, step 2); binary data is asked for no JSON. */
function standIn(value: Members, key: string | number): unknown {
  return typeof value.toJSON === "function" && !isAttachment(value) ? value.toJSON(String(key)) : value;
}

function isContainer(value: unknown): value is Members {
  return typeof value === "object" && value !== null;
}
