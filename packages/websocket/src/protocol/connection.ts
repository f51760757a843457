/** One WebSocket connection after its opening handshake, RFC 6455 §5 to §7: bytes and commands in, messages and bytes out. */

import { closeCode, maySendCloseCode } from "./close-code.ts";
import { maySend, maySendClose, move, type State } from "./closing.ts";
import { must } from "./errors.ts";
import { type FrameHeader, type FrameRules, firstByte } from "./frame.ts";
import { FrameDecoder, type FrameHandler } from "./frame-decoder.ts";
import { type Heartbeat, Liveness } from "./liveness.ts";
import { MessageAssembler, type MessageRules } from "./message-assembler.ts";
import { opcode as opcodes } from "./opcode.ts";
import { Outbox } from "./outbox.ts";
import type { Platform } from "./platform.ts";
import type { Slab } from "./slab.ts";

export interface ConnectionRules extends FrameRules, MessageRules {
  /** Pings are answered (§5.5.2). */
  readonly autoPong: boolean;
  /** Milliseconds that the peer has to finish the closing handshake and the stream. */
  readonly closeTimeout: number;
  readonly heartbeat: Heartbeat | undefined;
  /** A masking key for the next frame, that nobody can foretell (§5.3, §10.3). */
  readonly nextKey: () => number;
}

/** How a data frame leaves. */
export interface FrameForm {
  readonly binary: boolean;
  /** False for all but the last fragment of a message (§5.4). */
  readonly fin: boolean;
  /** The payload is compressed (RFC 7692 §6). Looked at in the first frame of a message. */
  readonly compressed?: boolean | undefined;
  /** A client's frames are masked, a server's are not (§5.1). */
  readonly masked: boolean;
}

/** Who gets the messages. What is handed over is the receiver's; it may be a view of the chunk it came in. */
export interface ConnectionHandler<Bytes> {
  message(data: Bytes, binary: boolean): void;
  ping(data: Bytes): void;
  pong(data: Bytes): void;
  /** A compressed message, once compression was agreed on: `deliver` it inflated, and `hold` the rest if that takes time. */
  compressed?(data: Bytes, binary: boolean): void;
}

export class Connection<Bytes extends Uint8Array> implements FrameHandler<Bytes> {
  /** What the peer's close frame said; 1006 as long as there was none (§7.1.5, §7.1.6). */
  closeCode: number = closeCode.abnormalClosure;
  closeReason: Bytes;
  /** Both close frames have gone their way (§7.1.4). */
  clean = false;
  /** The close frame is asked for: it waits behind messages that are not ready. */
  leaving = false;
  /** Messages that were sent are not ready; called when a pong must wait its turn behind them. */
  private pongWaits: (() => void) | undefined = undefined;
  private unanswered: Bytes | undefined = undefined;
  /** A deadline has passed: the peer is gone, or does not close. Nothing is left but to cut the stream. */
  expired = false;
  private current: State = "open";
  private readonly rules: ConnectionRules;
  private readonly handler: ConnectionHandler<Bytes>;
  private readonly platform: Platform<Bytes>;
  private readonly decoder: FrameDecoder<Bytes>;
  private readonly outbox: Outbox<Bytes>;
  /** There is one while a message is open: an idle connection has none. */
  private assembler: MessageAssembler<Bytes> | undefined = undefined;
  /** A message is being sent in fragments. */
  private fragmented = false;
  private congested = false;
  private heldPong: Bytes | undefined = undefined;
  private readonly liveness: Liveness | undefined;
  private closeBy: number | undefined = undefined;

  constructor(rules: ConnectionRules, slab: Slab<Bytes>, handler: ConnectionHandler<Bytes>) {
    this.rules = rules;
    this.handler = handler;
    this.platform = slab.platform;
    this.closeReason = this.platform.empty;
    this.decoder = new FrameDecoder(rules, this.platform, this);
    this.outbox = new Outbox(slab, rules.nextKey);
    this.liveness = rules.heartbeat === undefined ? undefined : new Liveness(rules.heartbeat);
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
    this.liveness?.heard(now);
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

  /** Nothing more is read until `release` and `read`: the handler is not done with what it has. */
  hold(): void {
    this.decoder.held = true;
  }

  release(): void {
    this.decoder.held = false;
  }

  /** Goes on with what is unread. */
  read(): void {
    this.decoder.read();
  }

  get held(): boolean {
    return this.decoder.held;
  }

  /** A compressed message, inflated. @throws {ProtocolError} if it is a text and not valid */
  deliver(message: Bytes, binary: boolean): void {
    const checked = !binary && this.rules.validateUtf8;
    must(!checked || this.platform.isUtf8(message), "WS_ERR_INVALID_UTF8"); // §8.1, RFC 7692 §6.2
    this.handler.message(message, binary);
  }

  /** The stream has ended. */
  end(): void {
    this.current = move(this.current, "endOfStream");
    this.stopReading();
  }

  // To the peer. All is kept until `take`.

  /** A message, or with `fin` false a fragment of one. Nothing leaves once a close frame did (§5.5.1). */
  send(payload: Bytes | string, { binary, fin, compressed = false, masked }: FrameForm): void {
    if (!this.maySend) return;
    const first = this.fragmented ? opcodes.continuation : binary ? opcodes.binary : opcodes.text;
    this.outbox.add(firstByte(first, fin, compressed && !this.fragmented), payload, masked); // RFC 7692 §6.1
    this.fragmented = !fin;
  }

  /** Whole messages in frames that were made before. @throws {Error} between the fragments of a message (§5.4) */
  sendFrames(frames: Bytes): void {
    if (this.fragmented) throw new Error("A message is being sent in fragments: finish it first");
    if (this.maySend) this.outbox.addFrames(frames);
  }

  ping(payload: Bytes | string, masked: boolean = this.masks): void {
    if (this.maySend) this.outbox.add(firstByte(opcodes.ping, true, false), payload, masked);
  }

  pong(payload: Bytes | string, masked: boolean = this.masks): void {
    if (this.maySend) this.outbox.add(firstByte(opcodes.pong, true, false), payload, masked);
  }

  /** Begins the closing handshake, or answers the peer's (§7.1.2). `payload`: code and reason, or nothing (§5.5.1). */
  close(payload: Bytes): void {
    if (!maySendClose(this.current)) return;
    this.clean = this.current === "remoteClosing";
    this.outbox.add(firstByte(opcodes.close, true, false), payload, this.masks);
    this.current = move(this.current, "sendClose");
  }

  /**
   * Messages that were sent are not ready: the answer to the peer's close frame waits behind them (§5.5.1), and so does a
   * pong, which `sendPong` sends in its turn.
   */
  wait(pongWaits: () => void): void {
    this.pongWaits = pongWaits;
  }

  /** All that was waited for has been sent. */
  ready(): void {
    this.pongWaits = undefined;
    if (this.unanswered !== undefined) this.close(this.unanswered);
    this.unanswered = undefined;
  }

  private get maySend(): boolean {
    return maySend(this.current) || (this.pongWaits !== undefined && this.current === "remoteClosing");
  }

  /** Fails the connection (§7.1.7): a close frame with `code`, and nothing is read any more. */
  fail(code: number): void {
    this.stopReading();
    if (maySendClose(this.current)) {
      this.outbox.add(firstByte(opcodes.close, true, false), this.closePayload(code), this.masks);
    }
    this.current = move(this.current, "fail");
  }

  /** A client masks its frames, a server does not (§5.1). */
  get masks(): boolean {
    return !this.rules.masked;
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
    if (!congested) this.sendPong();
  }

  /** The pong that was held back, if there is one. */
  sendPong(): void {
    if (this.heldPong !== undefined) this.pong(this.heldPong);
    this.heldPong = undefined;
  }

  /** Deadlines. @returns when to call it next; Infinity if nothing is waited for */
  tick(now: number): number {
    if (this.current !== "open" || this.leaving) return this.tickClosing(now);
    return this.liveness === undefined ? Infinity : this.tickLiveness(now, this.liveness);
  }

  private tickClosing(now: number): number {
    this.closeBy ??= now + this.rules.closeTimeout;
    if (now < this.closeBy) return this.closeBy;
    this.expired = true;
    return Infinity;
  }

  /** While we do not read, no sign of life can be seen. */
  private tickLiveness(now: number, liveness: Liveness): number {
    if (this.paused || this.held) liveness.heard(now);
    if (liveness.asks(now)) this.ping("");
    this.expired = liveness.gaveUp(now);
    return this.expired ? Infinity : liveness.due;
  }

  // Called by the decoder.

  whole(header: FrameHeader, payload: Bytes, ascii: boolean): void {
    if (this.assembler !== undefined || !header.fin || header.opcode === opcodes.continuation) {
      this.begin(header);
      return this.part(payload, 0, ascii);
    }
    const binary = header.opcode === opcodes.binary;
    if (header.compressed) return this.handler.compressed?.(payload, binary);
    const checked = !binary && !ascii && this.rules.validateUtf8;
    must(!checked || this.platform.isUtf8(payload), "WS_ERR_INVALID_UTF8"); // §8.1
    this.handler.message(payload, binary);
  }

  begin(header: FrameHeader): void {
    const continues = header.opcode === opcodes.continuation;
    must(continues === (this.assembler !== undefined), "WS_ERR_INVALID_OPCODE", header.opcode); // §5.4
    this.assembler ??= new MessageAssembler(this.platform, this.rules, header);
    this.assembler.begin(header);
  }

  part(bytes: Bytes, left: number, ascii: boolean): void {
    const { assembler } = this;
    const message = assembler?.add(bytes, left, ascii);
    if (assembler === undefined || message === undefined) return;
    this.assembler = undefined;
    if (assembler.compressed) this.handler.compressed?.(message, assembler.binary);
    else this.handler.message(message, assembler.binary);
  }

  control(opcode: number, payload: Bytes): void {
    if (opcode === opcodes.ping) this.receivePing(payload);
    else if (opcode === opcodes.pong) this.handler.pong(payload);
    else this.receiveClose(payload);
  }

  private receivePing(payload: Bytes): void {
    if (this.rules.autoPong) this.answerPing(payload);
    this.handler.ping(payload);
  }

  /** Of several pings that wait, only the latest is answered (§5.5.3): a flood of them holds one. */
  private answerPing(payload: Bytes): void {
    if (!this.congested && this.pongWaits === undefined) return this.pong(payload);
    const first = this.heldPong === undefined;
    this.heldPong = this.copy(payload);
    if (first) this.pongWaits?.();
  }

  private receiveClose(payload: Bytes): void {
    if (payload.length > 0) {
      const code = (payload[0]! << 8) | payload[1]!; // one byte alone was refused with its header
      must(maySendCloseCode(code), "WS_ERR_INVALID_CLOSE_CODE", code); // §7.4
      const reason = this.platform.view(payload, 2, payload.length);
      must(!this.rules.validateUtf8 || this.platform.isUtf8(reason), "WS_ERR_INVALID_UTF8"); // §5.5.1
      this.closeCode = code;
      this.closeReason = this.copy(reason);
    } else this.closeCode = closeCode.noStatus;
    this.clean = this.current === "localClosing";
    this.current = move(this.current, "receiveClose");
    this.stopReading();
    if (this.pongWaits !== undefined) this.unanswered = this.copy(payload);
    else this.close(payload); // the answer says the same (§5.5.1)
  }

  private stopReading(): void {
    this.decoder.stop();
    this.assembler?.discard();
    this.assembler = undefined;
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
