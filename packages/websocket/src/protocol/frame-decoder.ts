/** Bytes to frames, RFC 6455 §5.2, straight from the chunks of the stream. */

import { must } from "./errors.ts";
import { FrameHeader, type FrameRules, maxHeaderSize } from "./frame.ts";
import { rotateKey } from "./mask.ts";
import { isControl } from "./opcode.ts";
import type { Platform } from "./platform.ts";

/*
 * How it works. A frame that is whole in the chunk is unmasked where it lies and handed on as a view of it: no copy, no
 * allocation but the view. Of a data frame that is cut, each part is handed on as it comes, so that its text is judged and
 * its memory grows with arrival. Only a header or a control frame that is cut is kept here: 14 and 125 bytes.
 *
 * The read position moves on before the handler is called: a handler may pause, close or throw, and what it has not seen
 * is still unread.
 */

export interface FrameHandler<Bytes> {
  /** A data frame, unmasked. `ascii`: it is known to be valid text. */
  whole(header: FrameHeader, payload: Bytes, ascii: boolean): void;
  /** The header of a data frame was read; not all of its payload has come. */
  begin(header: FrameHeader): void;
  /** A part of its payload, unmasked. `left`: bytes that are still to come; the frame ends with 0. */
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
    const start = this.position;
    const end = start + header.length;
    const control = isControl(header.opcode);
    if (end > chunk.length) {
      this.left = header.length;
      if (!control) this.handler.begin(header);
      return;
    }
    this.position = end;
    const payload = this.platform.view(chunk, start, end);
    const ascii = header.rules.masked && this.platform.unmask(payload, header.key);
    if (control) this.handler.control(header.opcode, payload);
    else this.handler.whole(header, payload, ascii);
  }

  private continueFrame(chunk: Bytes): void {
    const { header } = this;
    const start = this.position;
    const end = Math.min(start + this.left, chunk.length);
    const done = header.length - this.left;
    const part = this.platform.view(chunk, start, end);
    const ascii = header.rules.masked && this.platform.unmask(part, rotateKey(header.key, done));
    this.position = end;
    this.left -= end - start;
    if (isControl(header.opcode)) this.controlPart(part, done);
    else this.handler.part(part, this.left, ascii);
  }

  private controlPart(part: Bytes, offset: number): void {
    const payload = this.controlPayload ?? this.platform.allocate(this.header.length);
    this.controlPayload = payload;
    payload.set(part, offset);
    if (this.left > 0) return;
    this.controlPayload = undefined;
    this.handler.control(this.header.opcode, payload);
  }
}
