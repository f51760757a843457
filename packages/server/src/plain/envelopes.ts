/** The envelope codec as the server uses it: Node's base64, and what a client may not send is a refusal. */

import {
  type AckEnvelope,
  type Envelope,
  formatAnswer,
  formatEnvelope,
  isReservedEvent,
  PlainError,
  type PlainRules,
  parseEnvelope,
  parseFrame,
  plainRules,
  readsAsEnvelope,
  type StreamEvent,
  toStreamEvent,
} from "@anywire/protocol/plain";
import { Refusal } from "../errors.ts";
import type { Answer, OutgoingEvent } from "../link.ts";

export type IncomingFrame = Envelope | AckEnvelope;

const rules: PlainRules = {
  ...plainRules,
  base64: {
    encode: (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64"),
    decode: (text) => Buffer.from(text, "base64"),
  },
};

export function formatOutgoing(event: OutgoingEvent): string {
  return formatEnvelope(event, rules);
}

/** An answer that cannot be written is an error to the client, which waits for one or the other. */
export function formatAck(ack: number, answer: Answer): string {
  try {
    return formatAnswer(ack, answer, rules);
  } catch (error) {
    if (!(error instanceof PlainError)) throw error;
    return formatAnswer(ack, { error: { code: error.code, message: error.message } }, rules);
  }
}

export function streamEventOf(event: OutgoingEvent): StreamEvent {
  return toStreamEvent(event, rules);
}

/** Sent as it is, the text would be taken for an event or an answer. */
export function looksLikeEnvelope(text: string): boolean {
  return readsAsEnvelope(text);
}

/**
 * @returns undefined for text that is only text
 * @throws {Refusal} bad-envelope, reserved-event
 */
export function parseText(text: string): IncomingFrame | undefined {
  const frame = refusing(() => parseFrame(text, rules));
  if (frame !== undefined) checkName(frame);
  return frame;
}

/**
 * @param value as JSON.parse gave it
 * @throws {Refusal} bad-envelope, reserved-event
 */
export function parseValue(value: unknown): IncomingFrame {
  const frame = refusing(() => parseEnvelope(value, rules));
  checkName(frame);
  return frame;
}

function refusing<Result>(parse: () => Result): Result {
  try {
    return parse();
  } catch (cause) {
    throw cause instanceof PlainError ? new Refusal("bad-envelope", { message: cause.message, cause }) : cause;
  }
}

function checkName(frame: IncomingFrame): void {
  if ("name" in frame && isReservedEvent(frame.name)) throw new Refusal("reserved-event");
}
