/**
 * The encoder once more, written to be small instead of fast (protocol 5, "Packet encoding"): for browsers, where everybody loads
 * each byte of code. Its tests hold it to the other one.
 */

import { compactMust } from "../compact-must.ts";
import { type Attachment, isBinary } from "./attachment.ts";
import { isContainer } from "./container.ts";
import { ack, event, type Packet, plainType } from "./packet.ts";

export class CompactEncoder {
  /**
   * Leaves the packet as it is.
   * @returns the text, then the attachments in their order
   * @throws {Error} bad packet
   * @throws what `JSON.stringify` and a program's own `toJSON` throw
   */
  encode({ type, nsp, id, data }: Packet): (string | Attachment)[] {
    compactMust(!nsp.includes(",")); // what follows would be read as something else
    const plain = plainType(type);
    const attachments: Attachment[] = [];
    const mayHold = (plain === event || plain === ack) && mayHoldAttachments(data);
    const json = data === undefined ? "" : mayHold ? detach(data, attachments) : JSON.stringify(data);
    const count = attachments.length;
    const head = count > 0 ? `${plain + 3}${count}-` : plain;
    return [`${head}${nsp === "/" ? "" : `${nsp},`}${id ?? ""}${json}`, ...attachments];
  }
}

/** Most data holds none, and JSON need not ask for each member. What a `toJSON` gives is not known yet. */
function mayHoldAttachments(value: unknown): boolean {
  if (!isContainer(value)) return false;
  return isBinary(value) || typeof value.toJSON === "function" || Object.values(value).some(mayHoldAttachments);
}

/** @returns JSON with placeholders for what is added to `attachments` */
function detach(data: unknown, attachments: Attachment[]): string {
  const placeholders = new Set<unknown>();
  let isForged = false;
  const json = JSON.stringify(data, function (this: Record<string, unknown>, key, value) {
    const given = this[key]; // of `value`, a `toJSON` may have made something else
    const attachment = [given, value].find((each) => isContainer(each) && isBinary(each));
    if (attachment !== undefined) {
      const placeholder = { _placeholder: true, num: attachments.push(attachment) - 1 };
      placeholders.add(placeholder);
      return placeholder;
    }
    isForged ||= key === "_placeholder" && value === true && !placeholders.has(this);
    return value;
  });
  compactMust(!isForged || attachments.length === 0);
  return json;
}
