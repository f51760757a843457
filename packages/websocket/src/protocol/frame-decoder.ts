/** Bytes to frames, RFC 6455 §5.2, straight from the chunks of the stream. */

import { must } from "./errors.ts";
import { FrameHeader, type FrameRules, maxHeaderSize } from "./frame.ts";
import { rotateKey } from "./mask.ts";
import { isControl, opcode as opcodes } from "./opcode.ts";
import type { Platform } from "./platform.ts";

/*
 * How it works. A message in one frame that is whole in the chunk is unmasked where it lies and handed on as a view of it:
 * no copy, no allocation but the view. Any other data frame is handed on part by part as it comes, so that its text is
 * judged and its memory grows with arrival; each part is unmasked on its way to where the handler wants it. Only a header or
 * a control frame that is cut is kept here: 14 and 125 bytes.
 *
 * The read position moves on before the handler is called: a handler may pause, close or throw, and what it has not seen
 * is still unread.
 */

export interface FrameHandler<Bytes> {
  /** A message in one data frame, unmasked. `ascii`: it is known to be valid text. */
  whole(header: FrameHeader, payload: Bytes, ascii: boolean): void;
  /** The header of any other data frame was read: its payload comes in parts, at least one. */
  begin(header: FrameHeader): void;
  /** Where to put the next `length` bytes of it; undefined: where they lie. `left`: bytes that come after them. */
  room(length: number, left: number): Bytes | undefined;
  /** They are there, unmasked. The frame ends when nothing is left. */
  part(bytes: Bytes, left: number, ascii: boolean): void;
  /** A whole control frame. */
  control(opcode: number, payload: Bytes): void;
}

export class FrameDecoder<Bytes extends Uint8Array> {
  /** While set, frames are left unread: the program asked for it. */
  paused = false;
  /** While set, frames are left unread: what was read is not ready. */
  held = false;
  private readonly platform: Platform<Bytes>;
  private handler: FrameHandler<Bytes>;
  private readonly header: FrameHeader;
  /** The chunk that is being read, up to where, and those behind it: there are some only during a pause. */
  private chunk: Bytes | undefined = undefined;
  private position = 0;
  private later: Bytes[] | undefined = undefined;
  /** Payload bytes of the open frame that have not come. */
  private left = 0;
  /** A header that is cut, and how much of it is there. */
  private cut: Uint8Array | undefined = undefined;
  private cutLength = 0;
  /** The payload of a control frame that is cut. */
  private controlPayload: Bytes | undefined = undefined;
  /** Chunks that the open frame has come in. */
  private chunks = 0;
  private reading = false;
  private stopped = false;

  constructor(rules: FrameRules, platform: Platform<Bytes>, handler: FrameHandler<Bytes>) {
    this.header = new FrameHeader(rules);
    this.platform = platform;
    this.handler = handler;
  }

  /** Reads for another connection, if this one is idle; or for the same by other rules. */
  serve(rules: FrameRules, handler: FrameHandler<Bytes>): void {
    this.header.rules = rules;
    this.handler = handler;
  }

  /** Between two frames, with nothing unread and nothing that keeps it from reading. */
  get idle(): boolean {
    const waits = this.paused || this.held || this.reading;
    return this.chunk === undefined && this.left === 0 && this.cutLength === 0 && !waits;
  }

  get hasUnread(): boolean {
    return this.chunk !== undefined;
  }

  /** Takes `chunk` over: it is unmasked in place. */
  receive(chunk: Bytes): void {
    if (this.stopped) return;
    if (this.left > 0 || this.cutLength > 0) this.countChunk();
    if (this.chunk === undefined) this.chunk = chunk;
    else if (this.later === undefined) this.later = [chunk];
    else this.later.push(chunk);
    this.read();
  }

  /** Goes on where a pause, or an error of the handler's own, has left off. */
  read(): void {
    if (this.reading) return; // a handler called us: the loop below goes on by itself
    this.reading = true;
    try {
      while (this.chunk !== undefined && !this.waits) this.readChunk(this.chunk);
    } finally {
      this.reading = false;
    }
  }

  /** Nothing more is read, and what was not is dropped. */
  stop(): void {
    this.stopped = true;
    this.chunk = undefined;
    this.later = undefined;
    this.cut = undefined;
    this.controlPayload = undefined;
  }

  private get waits(): boolean {
    return this.paused || this.held || this.stopped;
  }

  private countChunk(): void {
    must(this.chunks < this.header.rules.maxBufferedChunks, "WS_ERR_TOO_MANY_BUFFERED_PARTS", "buffered chunks"); // §10.4
    this.chunks++;
  }

  private readChunk(chunk: Bytes): void {
    while (this.position < chunk.length) {
      if (this.waits) return;
      if (this.left > 0) this.continueFrame(chunk);
      else if (this.cutLength > 0) this.completeHeader(chunk);
      else this.beginFrame(chunk);
    }
    this.chunk = this.later?.shift();
    this.position = 0;
  }

  private beginFrame(chunk: Bytes): void {
    this.chunks = 1;
    const size = this.header.read(chunk, this.position);
    if (size === 0) this.keepCut(chunk);
    else {
      this.position += size;
      this.payload(chunk);
    }
  }

  private keepCut(chunk: Bytes): void {
    this.cut ??= new Uint8Array(maxHeaderSize);
    this.cut.set(chunk.subarray(this.position));
    this.cutLength = chunk.length - this.position;
    this.position = chunk.length;
  }

  private completeHeader(chunk: Bytes): void {
    const cut = this.cut!;
    const known = this.cutLength;
    const added = chunk.subarray(this.position, this.position + maxHeaderSize - known);
    cut.set(added, known);
    const size = this.header.read(cut.subarray(0, known + added.length), 0);
    if (size === 0) {
      this.cutLength += added.length;
      this.position = chunk.length;
      return;
    }
    this.cutLength = 0;
    this.position += size - known;
    this.payload(chunk);
  }

  /** The header was read, and the payload begins at the read position. */
  private payload(chunk: Bytes): void {
    const { header } = this;
    const control = isControl(header.opcode);
    const complete = this.position + header.length <= chunk.length;
    if (complete && (control || isMessage(header))) return this.wholeFrame(chunk, control);
    this.left = header.length;
    if (control) return;
    this.handler.begin(header);
    if (complete) this.continueFrame(chunk); // at once: an empty frame has a part too
  }

  private wholeFrame(chunk: Bytes, control: boolean): void {
    const { header, position } = this;
    this.position += header.length;
    const payload = this.platform.view(chunk, position, this.position);
    const ascii = header.rules.masked && this.platform.unmask(payload, header.key);
    if (control) this.handler.control(header.opcode, payload);
    else this.handler.whole(header, payload, ascii);
  }

  private continueFrame(chunk: Bytes): void {
    const { header, position } = this;
    const done = header.length - this.left;
    const end = Math.min(position + this.left, chunk.length);
    const part = this.platform.view(chunk, position, end);
    this.position = end;
    this.left -= part.length;
    if (isControl(header.opcode)) return this.controlPart(part, done);
    const room = this.handler.room(part.length, this.left);
    const ascii = this.bring(part, done, room ?? part);
    this.handler.part(room ?? part, this.left, ascii);
  }

  private controlPart(part: Bytes, done: number): void {
    const payload = this.controlPayload ?? this.platform.allocate(this.header.length);
    this.controlPayload = payload;
    this.bring(part, done, this.platform.view(payload, done, done + part.length));
    if (this.left > 0) return;
    this.controlPayload = undefined;
    this.handler.control(this.header.opcode, payload);
  }

  /** Unmasks a part of the payload, before which `done` bytes have come, on its way. @returns whether it is known to be ASCII */
  private bring(part: Bytes, done: number, target: Bytes): boolean {
    const { rules, key } = this.header;
    if (rules.masked) return this.platform.unmaskInto(part, rotateKey(key, done), target);
    if (target !== part) target.set(part);
    return false;
  }
}

/** Not a fragment of one (§5.4). */
function isMessage({ fin, opcode }: FrameHeader): boolean {
  return fin && opcode !== opcodes.continuation;
}
