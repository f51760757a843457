/** How the three kinds of WebSocket clients are written to (wires: "Envelope"): framed once, sent to however many. */

import { PreparedMessage, WebSocket } from "@anywire/websocket";
import type { Format, OutgoingEvent } from "../link.ts";
import { formatOutgoing, looksLikeEnvelope } from "./envelopes.ts";
import type { Subprotocol } from "./subprotocol.ts";

type Binary = ArrayBuffer | ArrayBufferView<ArrayBufferLike>;

export const websocketFormats: Readonly<Record<Subprotocol, Format<PreparedMessage>>> = {
  bare: { encode: encodeBare, join: PreparedMessage.join },
  "anywire.v1": { encode: encodeV1, join: PreparedMessage.join },
  "anywire.raw": { encode: encodeRaw, join: PreparedMessage.join },
};

/** It cannot answer, so it is not told that an answer is wanted; nor does it resume by the ids of what is raw. */
function encodeBare(event: OutgoingEvent): PreparedMessage {
  return encodeRawly(event) ?? WebSocket.prepare(formatOutgoing({ ...event, ack: undefined }));
}

/**
 * An id, or the wish for an ack, has to go along. A binary frame has room for neither, so it then becomes an envelope
 * too, as delivery's promise 2 (at most once per session) demands of every event that has an id.
 */
function encodeV1(event: OutgoingEvent): PreparedMessage {
  const isAlone = event.ack === undefined && event.id === undefined;
  return (isAlone ? encodeRawly(event) : undefined) ?? WebSocket.prepare(formatOutgoing(event));
}

/** `message` with one string or one piece of binary data travels as it is, unless it would be taken for an envelope. */
function encodeRawly({ name, args }: OutgoingEvent): PreparedMessage | undefined {
  const [data] = args;
  if (name !== "message" || args.length !== 1) return undefined;
  if (isBinary(data)) return WebSocket.prepare(data);
  return typeof data === "string" && !looksLikeEnvelope(data) ? WebSocket.prepare(data) : undefined;
}

/** No envelope, no ids, no acks: only what `message` carries. */
function encodeRaw({ name, args }: OutgoingEvent): PreparedMessage | undefined {
  if (name !== "message") return undefined;
  const [data] = args;
  if (args.length === 1 && isBinary(data)) return WebSocket.prepare(data);
  if (args.length === 1 && typeof data === "string") return WebSocket.prepare(data);
  return WebSocket.prepare(JSON.stringify(args.length === 1 ? data : args) ?? "null");
}

function isBinary(data: unknown): data is Binary {
  return data instanceof ArrayBuffer || ArrayBuffer.isView(data);
}
