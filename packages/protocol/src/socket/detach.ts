/**
 * Takes binary data out of what is to be JSON, and leaves placeholders (protocol 5, "Packet encoding").
 * What the program gave stays as it is: values are copied only along the way to binary data.
 */

import { socketMust } from "../errors.ts";
import { type Attachment, isAttachment } from "./attachment.ts";
import { isContainer, type Members } from "./container.ts";

/** Levels of arrays and objects that an argument may have: as many as our decoders read, and no circle. */
const maxDepth = 1_000;

/** V8 sees through it inside `for … in`, but not through `Object.hasOwn`. */
const hasOwn = Object.prototype.hasOwnProperty;

/**
 * Adds what is binary in a packet's `data` to `attachments`, in the order of its placeholders.
 * This walk is most of what encoding costs beside `JSON.stringify`.
 * @returns what is to be given to `JSON.stringify` instead: `data` itself if nothing in it is binary
 * @throws {SocketPacketError} too-deep, forged-placeholder
 */
export function detach(data: unknown, attachments: Attachment[]): unknown {
  if (!isContainer(data)) return data;
  const detaching = new Detaching(attachments);
  const detached = detaching.value(data, "", maxDepth + 1); // the list of the arguments is a level too
  socketMust(attachments.length === 0 || !detaching.hasForgery, "forged-placeholder");
  return detached;
}

class Detaching {
  readonly #attachments: Attachment[];
  /**
   * A user's own object reads as a placeholder, and the protocol has no escape for it: beside binary data the receiver
   * would put that in its place, or find it wrong and leave.
   */
  hasForgery = false;

  constructor(attachments: Attachment[]) {
    this.#attachments = attachments;
  }

  /** Its `toJSON` is asked once, as JSON does it (ECMA-262 §25.5.2.2, step 2); binary data is asked for none. */
  value(value: Members, key: string | number, levels: number): unknown {
    if (isAttachment(value)) return this.#placeholder(value);
    if (typeof value.toJSON !== "function") return this.#contents(value, levels);
    const json: unknown = value.toJSON(String(key));
    if (!isContainer(json)) return value;
    const detached = isAttachment(json) ? this.#placeholder(json) : this.#contents(json, levels);
    return detached === json ? value : detached;
  }

  #placeholder(attachment: Attachment): unknown {
    return { _placeholder: true, num: this.#attachments.push(attachment) - 1 };
  }

  #contents(value: Members, levels: number): unknown {
    socketMust(levels > 0, "too-deep");
    return Array.isArray(value) ? this.#items(value, levels) : this.#members(value, levels);
  }

  #items(items: readonly unknown[], levels: number): readonly unknown[] {
    let copy: unknown[] | undefined;
    for (let at = 0; at < items.length; at++) {
      const item = items[at];
      if (!isContainer(item)) continue;
      const detached = this.value(item, at, levels - 1);
      if (detached === item) continue;
      copy ??= items.slice();
      copy[at] = detached;
    }
    return copy ?? items;
  }

  #members(members: Members, levels: number): Members {
    let copy: Members | undefined;
    for (const key in members) {
      const member = members[key];
      if (key === "_placeholder" && member === true) this.hasForgery = true;
      if (!isContainer(member) || !hasOwn.call(members, key)) continue;
      const detached = this.value(member, key, levels - 1);
      if (detached === member) continue;
      copy ??= copyMembers(members);
      copy[key] = detached;
    }
    return copy ?? members;
  }
}

/** `toJSON` was asked already, where there is one. */
function copyMembers(members: Members): Members {
  const copy = { ...members };
  if (typeof copy.toJSON === "function") copy.toJSON = undefined;
  return copy;
}
