/** A frame in the pieces that it is written in: `Sender.frame` of ws. RFC 6455 §5.2. */

import { platform } from "./node/platform.ts";
import { randomMaskingKey } from "./node/random.ts";
import { firstByte, outgoingHeaderSize, writeFrameHeader } from "./protocol/frame.ts";

export interface FrameOptions {
  opcode: number;
  /** @default false */
  fin?: boolean | undefined;
  /** The payload is compressed. @default false */
  rsv1?: boolean | undefined;
  /** @default false */
  mask?: boolean | undefined;
  /** The payload must not be masked where it lies. @default false */
  readOnly?: boolean | undefined;
  /** Writes the masking key, four bytes. @default random bytes */
  generateMask?: ((mask: Buffer) => void) | undefined;
  /** Where the masking key is written. */
  maskBuffer?: Buffer | undefined;
}

/** Where keys are written that nobody asks for afterwards. */
const anyMask = Buffer.alloc(4);

/**
 * The header and the payload; one piece if the payload is empty, or had to be copied to be masked.
 * With `mask`, a payload that is not `readOnly` is masked where it lies.
 */
export function framePieces(data: Buffer | string, options: FrameOptions): Buffer[] {
  const { opcode, fin = false, rsv1 = false, mask = false, readOnly = false } = options;
  const payload = typeof data === "string" ? Buffer.from(data) : data;
  const key = mask ? keyOf(options) : 0; // a key of zeros changes nothing
  const size = outgoingHeaderSize(payload.length, mask);
  const copied = key !== 0 && readOnly && payload === data;
  const head = Buffer.allocUnsafe(copied ? size + payload.length : size);
  writeFrameHeader(head, 0, { first: firstByte(opcode, fin, rsv1), length: payload.length, masked: mask, key });
  if (payload.length === 0) return [head];
  if (copied) head.set(payload, size);
  if (key !== 0) platform.unmask(copied ? head.subarray(size) : payload, key);
  return copied ? [head] : [head, payload];
}

/** The same for a text that nobody masks: it is left for the stream to encode. */
export function textPieces(text: string, { opcode, fin = false, rsv1 = false }: FrameOptions): (Buffer | string)[] {
  const length = Buffer.byteLength(text);
  const head = Buffer.allocUnsafe(outgoingHeaderSize(length, false));
  writeFrameHeader(head, 0, { first: firstByte(opcode, fin, rsv1), length, masked: false, key: 0 });
  return length === 0 ? [head] : [head, text];
}

/** As `unmask` takes it: the lowest byte masks the first byte. */
function keyOf({ generateMask, maskBuffer = anyMask }: FrameOptions): number {
  if (generateMask === undefined) maskBuffer.writeInt32LE(randomMaskingKey());
  else generateMask(maskBuffer);
  return maskBuffer.readInt32LE();
}
