/** One WebSocket connection after its opening handshake, RFC 6455 §5 to §7: bytes and commands in, messages and bytes out. */

import { closeCode, maySendCloseCode } from "./close-code.ts";
import { maySend, maySendClose, move, type State } from "./closing.ts";
import { must } from "./errors.ts";
import type { FrameHeader, FrameRules } from "./frame.ts";
import { FrameDecoder, type FrameHandler } from "./frame-decoder.ts";
import { MessageAssembler } from "./message-assembler.ts";
import { opcode as opcodes } from "./opcode.ts";
import { Outbox } from "./outbox.ts";
import type { Platform } from "./platform.ts";
import type { Slab } from "./slab.ts";

export interface Heartbeat {
  /** Silence after which the peer is asked for a sign of life, in milliseconds. */
  readonly interval: number;
  /** Further silence after which it is given up, in milliseconds. */
  readonly timeout: number;
}

export interface ConnectionRules extends FrameRules {
  /** Pings are answered (§5.5.2). */
  readonly autoPong: boolean;
  /** Milliseconds that the peer has to finish the closing handshake and the stream. */
  readonly closeTimeout: number;
  readonly heartbeat: Heartbeat | undefined;
}

/** Who gets the messages. What is handed over is the receiver's; it may be a view of the chunk it came in. */
export interface ConnectionHandler<Bytes> {
  message(data: Bytes, binary: boolean): void;
  ping(data: Bytes): void;
  pong(data: Bytes): void;
}

export class Connection<Bytes extends Uint8Array> implements FrameHandler<Bytes> {
  /** What the peer's close frame said; 1006 as long as there was none (§7.1.5, §7.1.6). */
  closeCode: number = closeCode.abnormalClosure;
  closeReason: Bytes;
  /** A deadline has passed: the peer is gone, or does not close. Nothing is left but to cut the stream. */
  expired = false;
  private current: State = "open";
  private readonly rules: ConnectionRules;
  private readonly handler: ConnectionHandler<Bytes>;
  private readonly platform: Platform<Bytes>;
  private readonly decoder: FrameDecoder<Bytes>;
  private readonly assembler: MessageAssembler<Bytes>;
  private readonly outbox: Outbox<Bytes>;
  /** A message is being sent in fragments. */
  private fragmented = false;
  private congested = false;
  private heldPong: Bytes | undefined = undefined;
  private heardAt: number | undefined = undefined;
  private pingedAt: number | undefined = undefined;
  private closeBy: number | undefined = undefined;

  constructor(rules: ConnectionRules, slab: Slab<Bytes>, handler: ConnectionHandler<Bytes>) {
    this.rules = rules;
    this.handler = handler;
    this.platform = slab.platform;
    this.closeReason = this.platform.empty;
    this.decoder = new FrameDecoder(rules, this.platform, this);
    this.assembler = new MessageAssembler(this.platform, rules.maxPayload);
    this.outbox = new Outbox(slab);
  }

  get state(): State {
    return this.current;
  }

  get paused(): boolean {
    return this.decoder.paused;
  }

  /** A pause, or a handler's error, has left something unread. */
  get hasUnread(): boolean {
    return this.decoder.hasUnread;
  }

  /** Bytes of frames that `take` would give. */
  get untaken(): number {
    return this.outbox.bytes;
  }

  // From the peer.

  /**
   * Takes the next chunk over and calls the handler for what it completes.
   * @throws {ProtocolError} if the peer broke a rule: call `fail` with its close code
   */
  receive(chunk: Bytes, now: number): void {
    this.heardAt = now;
    this.decoder.receive(chunk);
  }

  pause(): void {
    this.decoder.paused = true;
  }

  /** Calls the handler for what came in before the pause, or before it threw. */
  resume(): void {
    this.decoder.paused = false;
    this.decoder.read();
  }

  /** The stream has ended. */
  end(): void {
    this.current = move(this.current, "endOfStream");
    this.decoder.stop();
  }

  // To the peer. All is kept until `take`.

  /** A message, or with `fin` false a fragment of one. Nothing leaves once a close frame did (§5.5.1). */
  send(payload: Bytes | string, binary: boolean, fin: boolean): void {
    if (!maySend(this.current)) return;
    const first = binary ? opcodes.binary : opcodes.text;
    this.outbox.add(this.fragmented ? opcodes.continuation : first, fin, payload);
    this.fragmented = !fin;
  }

  /** Whole messages in frames that were made before. @throws {Error} between the fragments of a message (§5.4) */
  sendFrames(frames: Bytes): void {
    if (this.fragmented) throw new Error("A message is being sent in fragments: finish it first");
    if (maySend(this.current)) this.outbox.addFrames(frames);
  }

  ping(payload: Bytes | string): void {
    if (maySend(this.current)) this.outbox.add(opcodes.ping, true, payload);
  }

  pong(payload: Bytes | string): void {
    if (maySend(this.current)) this.outbox.add(opcodes.pong, true, payload);
  }

  /** Begins the closing handshake, or answers the peer's (§7.1.2). `payload`: code and reason, or nothing (§5.5.1). */
  close(payload: Bytes): void {
    if (!maySendClose(this.current)) return;
    this.outbox.add(opcodes.close, true, payload);
    this.current = move(this.current, "sendClose");
  }

  /** Fails the connection (§7.1.7): a close frame with `code`, and nothing is read any more. */
  fail(code: number): void {
    this.decoder.stop();
    if (maySendClose(this.current)) this.outbox.add(opcodes.close, true, this.closePayload(code));
    this.current = move(this.current, "fail");
  }

  /** Frames to write: one piece, or several in order. Say `written` before anything else is sent. */
  take(): Bytes | readonly Bytes[] {
    return this.outbox.take();
  }

  /** What was taken has been written; `kept` if it may still be read where it lies. */
  written(kept: boolean): void {
    this.outbox.written(kept);
  }

  /** While the peer does not read, its pings wait, and only the latest is answered (§5.5.3). */
  congestion(congested: boolean): void {
    this.congested = congested;
    if (congested || this.heldPong === undefined) return;
    this.pong(this.heldPong);
    this.heldPong = undefined;
  }

  /** Deadlines. @returns when to call it next; Infinity if nothing is waited for */
  tick(now: number): number {
    if (this.current !== "open") return this.tickClosing(now);
    return this.rules.heartbeat === undefined ? Infinity : this.tickHeartbeat(now, this.rules.heartbeat);
  }

  private tickClosing(now: number): number {
    this.closeBy ??= now + this.rules.closeTimeout;
    if (now < this.closeBy) return this.closeBy;
    this.expired = true;
    return Infinity;
  }

  /** Any byte is a sign of life; while we are paused, none can be seen. */
  private tickHeartbeat(now: number, { interval, timeout }: Heartbeat): number {
    if (this.paused || this.heardAt === undefined) this.heardAt = now;
    if (this.pingedAt !== undefined && this.heardAt >= this.pingedAt) this.pingedAt = undefined;
    if (this.pingedAt === undefined) {
      if (now < this.heardAt + interval) return this.heardAt + interval;
      this.pingedAt = now;
      this.ping("");
    }
    if (now < this.pingedAt + timeout) return this.pingedAt + timeout;
    this.expired = true;
    return Infinity;
  }

  // Called by the decoder.

  begin(header: FrameHeader): void {
    this.assembler.begin(header);
  }

  part(bytes: Bytes, left: number, ascii: boolean): void {
    const message = this.assembler.add(bytes, left, ascii);
    if (message !== undefined) this.handler.message(message, this.assembler.binary);
  }

  control(opcode: number, payload: Bytes): void {
    if (opcode === opcodes.ping) this.receivePing(payload);
    else if (opcode === opcodes.pong) this.handler.pong(payload);
    else this.receiveClose(payload);
  }

  private receivePing(payload: Bytes): void {
    if (this.rules.autoPong) {
      if (this.congested) this.heldPong = this.copy(payload);
      else this.pong(payload);
    }
    this.handler.ping(payload);
  }

  private receiveClose(payload: Bytes): void {
    if (payload.length > 0) {
      const code = (payload[0]! << 8) | payload[1]!; // one byte alone was refused with its header
      must(maySendCloseCode(code), "WS_ERR_INVALID_CLOSE_CODE", code); // §7.4
      const reason = this.platform.view(payload, 2, payload.length);
      must(this.platform.isUtf8(reason), "WS_ERR_INVALID_UTF8"); // §5.5.1
      this.closeCode = code;
      this.closeReason = this.copy(reason);
    } else this.closeCode = closeCode.noStatus;
    this.current = move(this.current, "receiveClose");
    this.decoder.stop();
    this.close(payload); // the answer says the same (§5.5.1)
  }

  private closePayload(code: number): Bytes {
    const payload = this.platform.allocate(2);
    payload[0] = code >>> 8;
    payload[1] = code;
    return payload;
  }

  /** A view would keep the whole chunk in memory. */
  private copy(bytes: Bytes): Bytes {
    const copy = this.platform.allocate(bytes.length);
    copy.set(bytes);
    return copy;
  }
}
