/**
 * The decoder once more, written to be small instead of fast (protocol 5, "Packet encoding"): for browsers, where everybody loads
 * each byte of code. Its tests hold it to the other one.
 */

import { compactMust } from "../compact-must.ts";
import { Emitter } from "../emitter.ts";
import { isReservedName } from "../reserved-name.ts";
import type { Attachment } from "./attachment.ts";
import { isContainer } from "./container.ts";
import { type Packet, type PacketType, plainType } from "./packet.ts";

/** Attachments of one packet. */
const maxAttachments = 1_000;

/** Type, how many attachments, namespace, id, payload: each character is looked at once. */
const form = /^([0-6])(?:(\d+)-)?(?:(\/[^,]*),?)?(\d*)(.*)$/s;

interface CompactDecoderEvents {
  decoded(packet: Packet): void;
}

/** A packet whose attachments are on their way. */
interface Pending {
  readonly packet: Packet;
  readonly json: string;
  readonly count: number;
  readonly attachments: unknown[];
}

export class CompactDecoder extends Emitter<Record<never, never>, Record<never, never>, CompactDecoderEvents> {
  #pending: Pending | undefined;

  /**
   * Emits `decoded` for each packet that is complete.
   * @throws {Error} it is not what the protocol allows here
   */
  add(data: string | Attachment): void {
    const pending = this.#pending;
    this.#pending = undefined;
    if (typeof data === "string") {
      compactMust(pending === undefined);
      this.#advance(read(data));
    } else {
      compactMust(pending !== undefined);
      pending.attachments.push(data);
      this.#advance(pending);
    }
  }

  /** Drops what is not complete. */
  destroy(): void {
    this.#pending = undefined;
  }

  #advance(pending: Pending): void {
    const { packet, json, count, attachments } = pending;
    if (attachments.length < count) {
      this.#pending = pending;
      return;
    }
    if (json !== "") packet.data = parse(json, attachments);
    compactMust(isDataValid(packet));
    this.emitReserved("decoded", packet);
  }
}

function read(text: string): Pending {
  const match = form.exec(text);
  compactMust(match !== null);
  const [, digit, announced, nsp = "/", digits, json = ""] = match;
  const type = Number(digit) as PacketType; // 0 to 6
  const count = Number(announced ?? 0);
  const isBinary = plainType(type) !== type;
  compactMust(isBinary ? count > 0 && count <= maxAttachments : announced === undefined);
  const packet: Packet = { type: plainType(type), nsp };
  if (digits) packet.id = Number(digits);
  compactMust(packet.id === undefined || Number.isSafeInteger(packet.id));
  return { packet, json, count, attachments: [] };
}

/** By the type, 0 to 4. */
function isDataValid({ type, data }: Packet): boolean {
  const isList = Array.isArray(data);
  const name: unknown = isList && data[0];
  const isNamed = typeof name === "string" ? !isReservedName(name) : typeof name === "number";
  const isObject = isContainer(data) && !isList;
  const isMissing = data === undefined;
  return [isObject || isMissing, isMissing, isNamed, isList, isObject || typeof data === "string"][type] === true;
}

/** With the attachments in their places, if there are any. */
function parse(json: string, attachments: readonly unknown[]): unknown {
  const place = (_key: string, value: unknown): unknown => {
    if (!isContainer(value) || value._placeholder !== true) return value;
    const { num } = value;
    compactMust(typeof num === "number" && num in attachments);
    return attachments[num];
  };
  return JSON.parse(json, attachments.length > 0 ? place : undefined);
}
