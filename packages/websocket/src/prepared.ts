/** A message that is encoded and framed once, and sent to many. */

import { type Deflate, deflateShared } from "./node/deflate.ts";
import { type Data, payloadOf } from "./payload.ts";
import { firstByte, outgoingHeaderSize, writeFrameHeader } from "./protocol/frame.ts";
import { opcode } from "./protocol/opcode.ts";

export interface PrepareOptions {
  /** @default whether the data is something else than a string */
  binary?: boolean | undefined;
  /** Compress it for those who have agreed on compression. @default from 1,024 bytes on */
  compress?: boolean | undefined;
}

/** One message of those in a PreparedMessage. */
export interface PreparedPart {
  readonly payload: Buffer;
  readonly binary: boolean;
  readonly compress: boolean;
}

/** Below it, compression without context gains next to nothing. */
const compressedFrom = 1024;

/** Make it with `WebSocket.prepare(data)`, send it with `ws.send(prepared)`. It does not change. */
export class PreparedMessage {
  /** Whole messages, as a server's frames, not compressed. Read only. */
  readonly frames: Buffer;
  /** The same, one by one. */
  readonly parts: readonly PreparedPart[];
  /** Compressed by window: made on first use. */
  private deflated: Map<number, Buffer> | undefined = undefined;

  private constructor(frames: Buffer, parts: readonly PreparedPart[]) {
    this.frames = frames;
    this.parts = parts;
  }

  static of(data: Exclude<Data, Blob>, options: PrepareOptions = {}): PreparedMessage {
    const given = payloadOf(data);
    const length = typeof given === "string" ? Buffer.byteLength(given) : given.length;
    const binary = options.binary ?? typeof given !== "string";
    const frames = Buffer.allocUnsafeSlow(outgoingHeaderSize(length, false) + length);
    const payload = frames.subarray(writeHeader(frames, { binary, compressed: false, length }));
    if (typeof given === "string") payload.write(given);
    else payload.set(given);
    return new PreparedMessage(frames, [{ payload, binary, compress: options.compress ?? length >= compressedFrom }]);
  }

  /** Several messages in one buffer: one write for each who gets them. */
  static join(messages: readonly PreparedMessage[]): PreparedMessage {
    const [first] = messages;
    if (first !== undefined && messages.length === 1) return first;
    const frames = Buffer.concat(messages.map((message) => message.frames));
    return new PreparedMessage(
      frames,
      messages.flatMap(({ parts }) => parts),
    );
  }

  /** @internal The frames for a connection that has agreed on `deflate`, which hears of what was compressed. */
  framesFor(deflate: Deflate): Buffer {
    if (!this.parts.some(({ compress }) => compress)) return this.frames;
    for (const { payload, compress } of this.parts) if (compress) deflate.sentShared(payload);
    return this.deflatedFor(deflate.windowBits);
  }

  private deflatedFor(windowBits: number): Buffer {
    this.deflated ??= new Map();
    const known = this.deflated.get(windowBits);
    if (known !== undefined) return known;
    const frames = Buffer.concat(this.parts.map((part) => frameOf(part, windowBits)));
    this.deflated.set(windowBits, frames);
    return frames;
  }
}

function frameOf({ payload: plain, binary, compress: compressed }: PreparedPart, windowBits: number): Buffer {
  const payload = compressed ? deflateShared(plain, windowBits) : plain;
  const { length } = payload;
  const frame = Buffer.allocUnsafeSlow(outgoingHeaderSize(length, false) + length);
  frame.set(payload, writeHeader(frame, { binary, compressed, length }));
  return frame;
}

interface Header {
  readonly binary: boolean;
  readonly compressed: boolean;
  readonly length: number;
}

/** @returns where the payload begins */
function writeHeader(frame: Buffer, { binary, compressed, length }: Header): number {
  const first = firstByte(binary ? opcode.binary : opcode.text, true, compressed);
  return writeFrameHeader(frame, 0, { first, length, masked: false, key: 0 });
}
