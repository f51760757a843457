/** How the three kinds of WebSocket clients are written to (wires: "Envelope"): framed once, sent to however many. */

import { PreparedMessage, WebSocket } from "@anywire/websocket";
import type { Format, OutgoingEvent } from "../link.ts";
import { formatOutgoing, looksLikeEnvelope } from "./envelopes.ts";
import type { Subprotocol } from "./subprotocol.ts";

type Binary = ArrayBuffer | ArrayBufferView<ArrayBufferLike>;

export const websocketFormats: Readonly<Record<Subprotocol, Format<PreparedMessage>>> = {
  bare: { encode: (event) => encodePlain(event, false), join: PreparedMessage.join },
  "anywire.v1": { encode: (event) => encodePlain(event, true), join: PreparedMessage.join },
  "anywire.raw": { encode: encodeRaw, join: PreparedMessage.join },
};

/**
 * `message` with one string or one piece of binary data travels as it is, unless something has to go along: an id (to
 * those that resume by it), or the wish for an ack. A binary frame has room for neither, so it then becomes an envelope
 * too, as delivery's promise 2 (at most once per session) demands of every event that has an id.
 */
function encodePlain(event: OutgoingEvent, keepsIds: boolean): PreparedMessage {
  const { name, args, id, ack } = event;
  const isBare = name === "message" && args.length === 1 && ack === undefined && !(keepsIds && id !== undefined);
  const [data] = args;
  if (isBare && isBinary(data)) return WebSocket.prepare(data);
  if (isBare && typeof data === "string" && !looksLikeEnvelope(data)) return WebSocket.prepare(data);
  return WebSocket.prepare(formatOutgoing(event));
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
