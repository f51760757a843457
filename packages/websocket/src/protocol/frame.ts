/** Frame headers, RFC 6455 §5.2: bytes to fields, and fields to bytes. */

import { must } from "./errors.ts";
import { isControl, isReserved, opcode as opcodes } from "./opcode.ts";

/** What one side demands of the frames it receives. The side is data: both are judged by one law. */
export interface FrameRules {
  /** True on a server: clients mask, servers don't (§5.1). */
  readonly masked: boolean;
  /** An extension gave RSV1 a meaning (§9). */
  readonly compression: boolean;
  /** Longest message accepted, in bytes. */
  readonly maxPayload: number;
  /** Most chunks of the stream that one frame may come in. */
  readonly maxBufferedChunks: number;
}

export const maxHeaderSize = 14;

/** The header of the frame that is being read. Owned and reused by the decoder: a frame costs no allocation. */
export class FrameHeader {
  fin = false;
  /** RSV1: the message is compressed (RFC 7692 §6). */
  compressed = false;
  opcode = 0;
  /** Bytes of payload. */
  length = 0;
  /** Masking key, as `unmask` takes it. */
  key = 0;
  rules: FrameRules;

  constructor(rules: FrameRules) {
    this.rules = rules;
  }

  /**
   * Reads the header at `offset`. What the first two bytes break is told as soon as they are there.
   * @returns the bytes it takes, masking key included; 0 while some are missing
   * @throws {ProtocolError} if a rule is broken, before any payload is read
   */
  read(bytes: Uint8Array, offset: number): number {
    if (bytes.length - offset < 2) return 0;
    const first = bytes[offset]!;
    const second = bytes[offset + 1]!;
    this.fin = (first & 0x80) !== 0;
    this.compressed = (first & 0x40) !== 0;
    this.opcode = first & 0x0f;
    must((first & 0x30) === 0, "WS_ERR_UNEXPECTED_RSV_2_3"); // §5.2
    this.check(second);

    const size = headerSize(second);
    if (bytes.length - offset < size) return 0;
    this.length = readLength(bytes, offset + 1);
    must(this.length <= this.rules.maxPayload || isControl(this.opcode), "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH"); // §10.4
    this.key = this.rules.masked ? readKey(bytes, offset + size - 4) : 0;
    return size;
  }

  private check(second: number): void {
    const { opcode, rules } = this;
    const control = isControl(opcode);
    const length = second & 0x7f;
    const starts = opcode === opcodes.text || opcode === opcodes.binary;
    must(!this.compressed || (rules.compression && starts), "WS_ERR_UNEXPECTED_RSV_1"); // §5.2, RFC 7692 §6.1
    must(!isReserved(opcode), "WS_ERR_INVALID_OPCODE", opcode); // §5.2
    must(this.fin || !control, "WS_ERR_EXPECTED_FIN"); // §5.5
    must(!control || length <= 125, "WS_ERR_INVALID_CONTROL_PAYLOAD_LENGTH", length); // §5.5
    must(opcode !== opcodes.close || length !== 1, "WS_ERR_INVALID_CONTROL_PAYLOAD_LENGTH", length); // §5.5.1
    must(second >= 0x80 || !rules.masked, "WS_ERR_EXPECTED_MASK"); // §5.1
    must(second < 0x80 || rules.masked, "WS_ERR_UNEXPECTED_MASK"); // §5.1
  }
}

function headerSize(second: number): number {
  const code = second & 0x7f;
  return (code < 126 ? 2 : code === 126 ? 4 : 10) + (second >= 0x80 ? 4 : 0);
}

/** The payload length whose first byte is at `offset`: in as few bytes as it takes, and no more than 2^53 - 1 (§5.2). */
function readLength(bytes: Uint8Array, offset: number): number {
  const code = bytes[offset]! & 0x7f;
  if (code < 126) return code;
  if (code === 126) {
    const length = (bytes[offset + 1]! << 8) | bytes[offset + 2]!;
    must(length > 125, "WS_ERR_NON_MINIMAL_PAYLOAD_LENGTH", length); // §5.2
    return length;
  }
  const high = readUint32(bytes, offset + 1);
  must(high <= 0x1fffff, "WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH"); // §5.2; no number holds more
  const length = high * 0x1_0000_0000 + readUint32(bytes, offset + 5);
  must(length > 0xffff, "WS_ERR_NON_MINIMAL_PAYLOAD_LENGTH", length); // §5.2
  return length;
}

function readUint32(bytes: Uint8Array, offset: number): number {
  return bytes[offset]! * 0x100_0000 + ((bytes[offset + 1]! << 16) | (bytes[offset + 2]! << 8) | bytes[offset + 3]!);
}

function readKey(bytes: Uint8Array, offset: number): number {
  return bytes[offset]! | (bytes[offset + 1]! << 8) | (bytes[offset + 2]! << 16) | (bytes[offset + 3]! << 24);
}

/** A frame to be sent. */
export interface OutgoingFrame {
  /** FIN, RSV1 and opcode: see `firstByte`. */
  first: number;
  /** Bytes of payload. */
  length: number;
  /** A client's are, a server's are not (§5.1). */
  masked: boolean;
  /** Masking key, as `unmask` takes it; written if `masked`. */
  key: number;
}

/** The first byte of a frame; `compressed` sets RSV1 (RFC 7692 §6). */
export function firstByte(opcode: number, fin: boolean, compressed: boolean): number {
  return (fin ? 0x80 : 0) | (compressed ? 0x40 : 0) | opcode;
}

/** Bytes that the header of a frame takes which carries `length` bytes. */
export function outgoingHeaderSize(length: number, masked: boolean): number {
  return (length < 126 ? 2 : length < 0x1_0000 ? 4 : 10) + (masked ? 4 : 0);
}

/** @returns the offset behind the header */
export function writeFrameHeader(target: Uint8Array, offset: number, frame: OutgoingFrame): number {
  target[offset] = frame.first;
  const end = writeLength(target, offset + 1, frame.length);
  if (!frame.masked) return end;
  target[offset + 1]! |= 0x80;
  writeKey(target, end, frame.key);
  return end + 4;
}

/** In as few bytes as it takes (§5.2). */
function writeLength(target: Uint8Array, offset: number, length: number): number {
  if (length < 126) {
    target[offset] = length;
    return offset + 1;
  }
  if (length < 0x1_0000) {
    target[offset] = 126;
    target[offset + 1] = length >>> 8;
    target[offset + 2] = length;
    return offset + 3;
  }
  target[offset] = 127;
  writeUint32(target, offset + 1, Math.floor(length / 0x1_0000_0000));
  writeUint32(target, offset + 5, length);
  return offset + 9;
}

function writeUint32(target: Uint8Array, offset: number, value: number): void {
  target[offset] = value >>> 24;
  target[offset + 1] = value >>> 16;
  target[offset + 2] = value >>> 8;
  target[offset + 3] = value;
}

function writeKey(target: Uint8Array, offset: number, key: number): void {
  target[offset] = key;
  target[offset + 1] = key >>> 8;
  target[offset + 2] = key >>> 16;
  target[offset + 3] = key >>> 24;
}
