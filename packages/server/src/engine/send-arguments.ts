/** What `send` of a session takes, in the shapes of engine.io, as the packet that it makes. */

import type { OutgoingPacket } from "./outgoing-queue.ts";
import type { Transport } from "./transport.ts";

export type RawData = string | ArrayBuffer | ArrayBufferView;

export interface SendOptions {
  /** @default true */
  readonly compress?: boolean | undefined;
}

/** Called when the message has left. */
export type SendCallback = (transport: Transport) => void;

export type SendArguments =
  | readonly [options?: SendOptions | undefined, callback?: SendCallback | undefined]
  | readonly [callback?: SendCallback | undefined];

/** What else than data is sent as its text, and nothing as an empty one, as with engine.io. */
export function messagePacket(data: RawData, [first, second]: SendArguments): OutgoingPacket {
  const options = typeof first === "object" ? first : undefined;
  return {
    type: "message",
    data: dataOf(data),
    options: { compress: options?.compress !== false },
    sent: typeof first === "function" ? first : second,
  };
}

function dataOf(data: RawData): string | Uint8Array {
  if (data instanceof Uint8Array) return data;
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  return String(data ?? "");
}
