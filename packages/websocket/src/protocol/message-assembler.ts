/** Frames to messages: fragmentation (RFC 6455 §5.4) and UTF-8 (§8.1), within a limit on what is really held. */

import { must } from "./errors.ts";
import type { FrameHeader } from "./frame.ts";
import { opcode as opcodes } from "./opcode.ts";
import type { Platform } from "./platform.ts";
import { Utf8Validator } from "./utf8.ts";

/*
 * How it works. A message in one frame that came whole is handed on as it is. Any other is copied into one buffer as it
 * arrives, so that a fragment, empty or of one byte, costs its bytes and nothing else, and a peer that announces much and
 * sends little reserves little. The limit on the message is therefore a limit on memory: at most twice its bytes.
 */

/** Reserved on the announcement alone; beyond it, sixteen times what has come, up to `mostAtFirst`. */
const reservedFreely = 0x4000;
const mostAtFirst = 0x10_0000;

export class MessageAssembler<Bytes extends Uint8Array> {
  /** Opcode of the open message, 0 if none is. */
  private opcode = 0;
  /** The open frame is the last of its message. */
  private last = true;
  /** The message will be as long as this, by what was announced so far. */
  private announced = 0;
  private buffer: Bytes | undefined = undefined;
  private length = 0;
  private validator: Utf8Validator | undefined = undefined;
  private readonly platform: Platform<Bytes>;
  private readonly maxPayload: number;

  constructor(platform: Platform<Bytes>, maxPayload: number) {
    this.platform = platform;
    this.maxPayload = maxPayload;
  }

  /** Whether the message that was completed last is binary. */
  binary = false;

  /** A data frame begins. */
  begin(header: FrameHeader): void {
    const { opcode } = header;
    const continues = opcode === opcodes.continuation;
    must(continues === (this.opcode !== 0), "WS_ERR_INVALID_OPCODE", opcode); // §5.4
    if (!continues) this.opcode = opcode;
    this.last = header.fin;
    this.announced += header.length;
    must(this.announced <= this.maxPayload, "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH"); // §10.4
  }

  /**
   * A part of the open frame; `left` bytes of it are still to come.
   * @returns the message if this completes it
   */
  add(part: Bytes, left: number, ascii: boolean): Bytes | undefined {
    const ends = left === 0 && this.last;
    if (ends && this.buffer === undefined) return this.whole(part, ascii);
    if (this.opcode === opcodes.text) this.checkText(part, ascii);
    this.append(part);
    return ends ? this.finish() : undefined;
  }

  /** The message came in one piece, or all before it was empty. */
  private whole(part: Bytes, ascii: boolean): Bytes {
    if (this.opcode === opcodes.text && !ascii) must(this.platform.isUtf8(part), "WS_ERR_INVALID_UTF8"); // §8.1
    this.close();
    return part;
  }

  private checkText(part: Bytes, ascii: boolean): void {
    if (ascii && (this.validator?.complete ?? true)) return;
    this.validator ??= new Utf8Validator(this.platform.isUtf8);
    must(this.validator.accept(part), "WS_ERR_INVALID_UTF8"); // §8.1
  }

  private append(part: Bytes): void {
    if (part.length === 0) return;
    this.reserve(part.length);
    this.buffer!.set(part, this.length);
    this.length += part.length;
  }

  private reserve(added: number): void {
    const { buffer, length } = this;
    const needed = length + added;
    if (buffer !== undefined && needed <= buffer.length) return;
    const first = Math.max(reservedFreely, Math.min(16 * added, mostAtFirst));
    const wanted = buffer === undefined ? first : 2 * needed;
    // Only the last frame tells how long the message is; before it, twice what has come or is announced must do.
    const most = this.last ? this.announced : Math.max(2 * needed, this.announced);
    const grown = this.platform.allocate(Math.max(needed, Math.min(wanted, most)));
    if (buffer !== undefined) grown.set(this.platform.view(buffer, 0, length));
    this.buffer = grown;
  }

  private finish(): Bytes {
    const { length } = this;
    const buffer = this.buffer!;
    must(this.validator?.complete ?? true, "WS_ERR_INVALID_UTF8"); // §8.1
    this.close();
    return buffer.length === length ? buffer : this.platform.view(buffer, 0, length);
  }

  private close(): void {
    this.binary = this.opcode === opcodes.binary;
    this.opcode = 0;
    this.announced = 0;
    this.length = 0;
    this.buffer = undefined;
    this.validator?.reset();
  }
}
