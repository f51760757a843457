/** Frames to messages: fragmentation (RFC 6455 §5.4) and UTF-8 (§8.1), within a limit on what is really held. */

import { must } from "./errors.ts";
import type { FrameHeader } from "./frame.ts";
import type { MemoryBudget } from "./memory-budget.ts";
import { opcode as opcodes } from "./opcode.ts";
import type { Platform } from "./platform.ts";
import { Utf8Validator } from "./utf8.ts";

/*
 * How it works. A message whose payload came in one part is handed on as it is. Any other is put into one buffer as it
 * arrives, so that a fragment, empty or of one byte, costs its bytes and nothing else, and a peer that announces much and
 * sends little reserves little. The limit on the message is therefore a limit on memory: at most twice its bytes. What all
 * connections hold together comes out of one budget.
 */

export interface MessageRules {
  /** Longest message accepted, in bytes. */
  readonly maxPayload: number;
  /** Most frames of one message. */
  readonly maxFragments: number;
  /** Texts are checked (§8.1). */
  readonly validateUtf8: boolean;
  /** The frames of a message are put together; else each is handed on as it comes. */
  readonly assembled: boolean;
  readonly budget: MemoryBudget;
}

/** Reserved on the announcement alone. */
const reservedFreely = 0x4000;
/** So many times what has come is reserved up to a mebibyte; beyond it, twice. */
const generosity = 32;
const generousUpTo = 0x10_0000;

/** The one message that is open. */
export class MessageAssembler<Bytes extends Uint8Array> {
  readonly binary: boolean;
  /** RSV1 was set on its first frame: its text is checked once it is inflated. */
  readonly compressed: boolean;
  private readonly platform: Platform<Bytes>;
  private readonly rules: MessageRules;
  private readonly validator: Utf8Validator | undefined;
  private fragments = 0;
  /** The open frame is the last. */
  last = true;
  /** The message will be as long as this, by what was announced so far. */
  private announced = 0;
  /** So much of it was handed on. */
  private handed = 0;
  private buffer: Bytes | undefined = undefined;
  private length = 0;

  constructor(platform: Platform<Bytes>, rules: MessageRules, first: FrameHeader) {
    this.platform = platform;
    this.rules = rules;
    this.binary = first.opcode === opcodes.binary;
    this.compressed = first.compressed;
    const checked = !this.binary && !this.compressed && rules.validateUtf8;
    this.validator = checked ? new Utf8Validator(platform.isUtf8) : undefined;
  }

  /** A frame of the message begins. */
  begin(header: FrameHeader): void {
    const { maxFragments, maxPayload } = this.rules;
    this.last = header.fin;
    this.announced += header.length;
    must(++this.fragments <= maxFragments, "WS_ERR_TOO_MANY_BUFFERED_PARTS", "message fragments"); // §10.4
    must(this.announced <= maxPayload, "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH"); // §10.4
  }

  /**
   * Where the next `length` bytes of the open frame belong, of which `left` are still to come then; undefined: anywhere, for
   * they are the message.
   */
  room(length: number, left: number): Bytes | undefined {
    if (this.buffer === undefined && this.ends(left)) return undefined;
    const buffer = this.reserve(this.length + length);
    return this.platform.view(buffer, this.length, this.length + length);
  }

  /**
   * The bytes are in their room.
   * @returns the message if this completes it; the frame, where each is handed on
   */
  add(part: Bytes, left: number, ascii: boolean): Bytes | undefined {
    const ends = this.ends(left);
    this.check(part, ascii, ends && this.last);
    this.length += part.length;
    if (!ends) return undefined;
    const message = this.buffer === undefined ? part : this.contents(this.buffer);
    this.handed += this.length;
    this.length = 0;
    return message;
  }

  /** Nobody will get the message. */
  discard(): void {
    if (this.buffer !== undefined) this.rules.budget.give(this.buffer.length);
    this.buffer = undefined;
  }

  private check(part: Bytes, ascii: boolean, ends: boolean): void {
    const { validator } = this;
    if (validator === undefined) return;
    if (!ascii || !validator.complete) must(validator.accept(part), "WS_ERR_INVALID_UTF8"); // §8.1
    must(!ends || validator.complete, "WS_ERR_INVALID_UTF8"); // §8.1
  }

  private ends(left: number): boolean {
    return left === 0 && (this.last || !this.rules.assembled);
  }

  private reserve(needed: number): Bytes {
    const buffer = this.buffer ?? this.platform.empty;
    if (needed <= buffer.length) return buffer;
    const wanted = Math.max(reservedFreely, Math.min(generosity * needed, generousUpTo), 2 * needed);
    // Only the last frame tells how long the message is; before it, twice what has come or is announced must do.
    const announced = this.announced - this.handed;
    const most = this.last || !this.rules.assembled ? announced : Math.max(2 * needed, announced);
    const size = Math.max(needed, Math.min(wanted, most));
    must(this.rules.budget.take(size - buffer.length), "WS_ERR_MEMORY_BUDGET"); // §10.4
    const grown = this.platform.allocate(size);
    grown.set(this.platform.view(buffer, 0, this.length));
    this.buffer = grown;
    return grown;
  }

  private contents(buffer: Bytes): Bytes {
    const { length } = this;
    this.discard();
    return buffer.length === length ? buffer : this.platform.view(buffer, 0, length);
  }
}
