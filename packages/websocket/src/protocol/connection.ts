/** One WebSocket connection after its opening handshake, RFC 6455 §5 to §7: bytes and commands in, messages and bytes out. */

import { closeCode, maySendCloseCode } from "./close-code.ts";
import { maySendClose, move } from "./closing.ts";
import type { ConnectionHandler, ConnectionRules } from "./connection-rules.ts";
import { must } from "./errors.ts";
import type { FrameHeader } from "./frame.ts";
import type { FrameDecoder, FrameHandler } from "./frame-decoder.ts";
import { Liveness } from "./liveness.ts";
import { MessageAssembler } from "./message-assembler.ts";
import { opcode as opcodes } from "./opcode.ts";
import type { Parts } from "./parts.ts";
import { SendHalf } from "./send-half.ts";

export type { ConnectionHandler, ConnectionRules, FrameForm } from "./connection-rules.ts";

export class Connection<Bytes extends Uint8Array> extends SendHalf<Bytes> implements FrameHandler<Bytes> {
  /** What the peer's close frame said; 1006 as long as there was none (§7.1.5, §7.1.6). */
  closeCode: number = closeCode.abnormalClosure;
  closeReason: Bytes;
  /** The peer is gone, does not close, or floods us. Nothing is left but to cut the stream. */
  expired = false;
  private readonly handler: ConnectionHandler<Bytes>;
  /** There is one while something is unread or reading is stopped: an idle connection has none. */
  private decoder: FrameDecoder<Bytes> | undefined = undefined;
  /** There is one while a message is open. */
  private assembler: MessageAssembler<Bytes> | undefined = undefined;
  /** Nothing is read any more. */
  private deaf = false;
  private readonly liveness: Liveness | undefined;
  private closeBy: number | undefined = undefined;

  constructor(rules: ConnectionRules, parts: Parts<Bytes>, handler: ConnectionHandler<Bytes>) {
    super(rules, parts);
    this.handler = handler;
    this.closeReason = parts.platform.empty;
    this.liveness = rules.heartbeat === undefined ? undefined : new Liveness(rules.heartbeat);
  }

  /** Longest message accepted, in bytes. What is set holds for messages that begin afterwards. */
  get maxPayload(): number {
    return this.rules.maxPayload;
  }

  set maxPayload(maxPayload: number) {
    this.rules = { ...this.rules, maxPayload };
    this.decoder?.serve(this.rules, this);
  }

  get paused(): boolean {
    return this.decoder?.paused ?? false;
  }

  get held(): boolean {
    return this.decoder?.held ?? false;
  }

  /** A pause, or a handler's error, has left something unread. */
  get hasUnread(): boolean {
    return this.decoder?.hasUnread ?? false;
  }

  /**
   * Takes the next chunk over and calls the handler for what it completes.
   * @throws {ProtocolError} if the peer broke a rule: call `fail` with its close code
   */
  receive(chunk: Bytes, now: number): void {
    this.liveness?.heard(now);
    this.reader()?.receive(chunk);
    this.rest();
  }

  pause(): void {
    const decoder = this.reader();
    if (decoder !== undefined) decoder.paused = true;
  }

  /** Calls the handler for what came in before the pause, or before it threw. */
  resume(): void {
    if (this.decoder !== undefined) this.decoder.paused = false;
    this.read();
  }

  /** Nothing more is read until `release` and `read`: the handler is not done with what it has. */
  hold(): void {
    const decoder = this.reader();
    if (decoder !== undefined) decoder.held = true;
  }

  release(): void {
    if (this.decoder !== undefined) this.decoder.held = false;
  }

  /** Goes on with what is unread. */
  read(): void {
    this.decoder?.read();
    this.rest();
  }

  /** A compressed message, inflated. @throws {ProtocolError} if it is a text and not valid */
  deliver(message: Bytes, binary: boolean): void {
    const checked = !binary && this.rules.validateUtf8;
    must(!checked || this.parts.platform.isUtf8(message), "WS_ERR_INVALID_UTF8"); // §8.1, RFC 7692 §6.2
    this.handler.message(message, binary, false);
  }

  /** The stream has ended. */
  end(): void {
    this.current = move(this.current, "endOfStream");
    this.stopReading();
  }

  /** Fails the connection (§7.1.7): a close frame with `code`, and nothing is read any more. */
  fail(code: number): void {
    this.stopReading();
    if (maySendClose(this.current)) this.sendClose(this.closePayload(code));
    this.current = move(this.current, "fail");
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
    return this.expired ? Infinity : liveness.due(now);
  }

  private reader(): FrameDecoder<Bytes> | undefined {
    if (!this.deaf) this.decoder ??= this.parts.takeDecoder(this.rules, this);
    return this.decoder;
  }

  /** Done, for now: who reads next takes the decoder over. */
  private rest(): void {
    if (this.decoder?.idle !== true) return;
    this.parts.keepDecoder(this.decoder);
    this.decoder = undefined;
  }

  // Called by the decoder.

  whole(header: FrameHeader, payload: Bytes, ascii: boolean): void {
    must(this.assembler === undefined, "WS_ERR_INVALID_OPCODE", header.opcode); // §5.4
    const binary = header.opcode === opcodes.binary;
    if (header.compressed) return this.handler.compressed?.(payload, binary);
    const checked = !binary && !ascii && this.rules.validateUtf8;
    must(!checked || this.parts.platform.isUtf8(payload), "WS_ERR_INVALID_UTF8"); // §8.1
    if (this.rules.assembled) this.handler.message(payload, binary, ascii);
    else this.handler.fragment?.(payload, binary, true);
  }

  begin(header: FrameHeader): void {
    const continues = header.opcode === opcodes.continuation;
    must(continues === (this.assembler !== undefined), "WS_ERR_INVALID_OPCODE", header.opcode); // §5.4
    this.assembler ??= new MessageAssembler(this.parts.platform, this.rules, header);
    this.assembler.begin(header);
  }

  room(length: number, left: number): Bytes | undefined {
    return this.assembler?.room(length, left);
  }

  part(bytes: Bytes, left: number, ascii: boolean): void {
    const { assembler } = this;
    const message = assembler?.add(bytes, left, ascii);
    if (assembler === undefined || message === undefined) return;
    const { binary, compressed, last } = assembler;
    if (last) this.assembler = undefined;
    if (compressed) this.handler.compressed?.(message, binary);
    else if (this.rules.assembled) this.handler.message(message, binary, false);
    else this.handler.fragment?.(message, binary, last);
  }

  control(opcode: number, payload: Bytes): void {
    if (opcode === opcodes.ping) this.receivePing(payload);
    else if (opcode === opcodes.pong) this.handler.pong(payload);
    else this.receiveClose(payload);
  }

  private receivePing(payload: Bytes): void {
    if (this.rules.autoPong && !this.answerPing(payload)) this.expired = true;
    this.handler.ping(payload);
  }

  private receiveClose(payload: Bytes): void {
    if (payload.length > 0) {
      const code = (payload[0]! << 8) | payload[1]!; // one byte alone was refused with its header
      must(maySendCloseCode(code), "WS_ERR_INVALID_CLOSE_CODE", code); // §7.4
      const reason = this.parts.platform.view(payload, 2, payload.length);
      must(!this.rules.validateUtf8 || this.parts.platform.isUtf8(reason), "WS_ERR_INVALID_UTF8"); // §5.5.1
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
    this.deaf = true;
    this.decoder?.stop();
    this.decoder = undefined;
    this.assembler?.discard();
    this.assembler = undefined;
  }

  private closePayload(code: number): Bytes {
    const payload = this.parts.platform.allocate(2);
    payload[0] = code >>> 8;
    payload[1] = code;
    return payload;
  }
}
