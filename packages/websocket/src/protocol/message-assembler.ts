/** Frames to messages: fragmentation (RFC 6455 §5.4) and UTF-8 (§8.1), within a limit on what is really held. */

import { must } from "./errors.ts";
import type { FrameHeader } from "./frame.ts";
import type { MemoryBudget } from "./memory-budget.ts";
import { opcode as opcodes } from "./opcode.ts";
import type { Platform } from "./platform.ts";
import { Utf8Validator } from "./utf8.ts";

/*
 * How it works. A message in one frame that came whole is handed on as it is. Any other is copied into one buffer as it
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
  readonly budget: MemoryBudget;
}

/** Reserved on the announcement alone; beyond it, sixteen times what has come, up to `mostAtFirst`. */
const reservedFreely = 0x4000;
const mostAtFirst = 0x10_0000;

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
  private last = true;
  /** The message will be as long as this, by what was announced so far. */
  private announced = 0;
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
   * A part of the open frame; `left` bytes of it are still to come.
   * @returns the message if this completes it
   */
  add(part: Bytes, left: number, ascii: boolean): Bytes | undefined {
    const ends = left === 0 && this.last;
    this.check(part, ascii, ends);
    if (ends && this.buffer === undefined) return part;
    this.append(part);
    return ends ? this.finish() : undefined;
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
    const size = Math.max(needed, Math.min(wanted, most));
    must(this.rules.budget.take(size - (buffer?.length ?? 0)), "WS_ERR_MEMORY_BUDGET"); // §10.4
    const grown = this.platform.allocate(size);
    if (buffer !== undefined) grown.set(this.platform.view(buffer, 0, length));
    this.buffer = grown;
  }

  private finish(): Bytes {
    const { length } = this;
    const buffer = this.buffer!;
    this.discard();
    return buffer.length === length ? buffer : this.platform.view(buffer, 0, length);
  }
}
