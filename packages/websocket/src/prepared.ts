/** A message that is encoded and framed once, and sent to many. */

import { type Data, payloadOf } from "./payload.ts";
import { outgoingHeaderSize, writeFrameHeader } from "./protocol/frame.ts";
import { opcode } from "./protocol/opcode.ts";

/** Make it with `WebSocket.prepare(data)`, send it with `ws.send(prepared)`. It does not change. */
export class PreparedMessage {
  /** Whole messages, as a server's frames. Read only. */
  readonly frames: Buffer;

  private constructor(frames: Buffer) {
    this.frames = frames;
  }

  static of(data: Data, options: { binary?: boolean | undefined } = {}): PreparedMessage {
    const payload = payloadOf(data);
    const length = typeof payload === "string" ? Buffer.byteLength(payload) : payload.length;
    const frames = Buffer.allocUnsafeSlow(outgoingHeaderSize(length) + length);
    const binary = options.binary ?? typeof payload !== "string";
    const at = writeFrameHeader(frames, 0, { fin: true, opcode: binary ? opcode.binary : opcode.text, length });
    if (typeof payload === "string") frames.write(payload, at);
    else frames.set(payload, at);
    return new PreparedMessage(frames);
  }

  /** Several messages in one buffer: one write for each who gets them. */
  static join(messages: readonly PreparedMessage[]): PreparedMessage {
    const [first] = messages;
    if (first !== undefined && messages.length === 1) return first;
    return new PreparedMessage(Buffer.concat(messages.map(({ frames }) => frames)));
  }
}
