/** What a connection sends, RFC 6455 §5 and §7: commands in, frames out. */

import { maySend, maySendClose, move, type State } from "./closing.ts";
import type { ConnectionRules, FrameForm } from "./connection-rules.ts";
import { firstByte } from "./frame.ts";
import { opcode as opcodes } from "./opcode.ts";
import type { Outbox } from "./outbox.ts";
import type { Parts } from "./parts.ts";

export abstract class SendHalf<Bytes extends Uint8Array> {
  /** Both close frames have gone their way (§7.1.4). */
  clean = false;
  /** The close frame is asked for: it waits behind messages that are not ready. */
  leaving = false;
  protected current: State = "open";
  protected rules: ConnectionRules;
  protected readonly parts: Parts<Bytes>;
  /** Messages that were sent are not ready; called when a pong must wait its turn behind them. */
  protected pongWaits: (() => void) | undefined = undefined;
  /** The peer's close frame, while its answer waits behind such messages. */
  protected unanswered: Bytes | undefined = undefined;
  /** There is one while frames wait to be taken: an idle connection has none. */
  private outbox: Outbox<Bytes> | undefined = undefined;
  /** A message is being sent in fragments. */
  private fragmented = false;
  /** The fragments of a message were asked for, and its last one was not: they may wait behind messages that are not ready. */
  private unfinished = false;
  /** Something that was asked for is lost. */
  private silent = false;
  private congested = false;
  private heldPong: Bytes | undefined = undefined;
  private pendingPings = 0;

  protected constructor(rules: ConnectionRules, parts: Parts<Bytes>) {
    this.rules = rules;
    this.parts = parts;
  }

  get state(): State {
    return this.current;
  }

  /** A client masks its frames, a server does not (§5.1). */
  get masks(): boolean {
    return !this.rules.masked;
  }

  /** Whether what is sent now leaves. */
  get maySend(): boolean {
    if (this.silent) return false;
    return maySend(this.current) || (this.pongWaits !== undefined && this.current === "remoteClosing");
  }

  /** Bytes of frames that `take` would give. */
  get untaken(): number {
    return this.outbox?.bytes ?? 0;
  }

  /** A message, or with `fin` false a fragment of one. Nothing leaves once a close frame did (§5.5.1). */
  send(payload: Bytes | string, { binary, fin, compressed = false, masked }: FrameForm): void {
    if (!this.maySend) return;
    const first = this.fragmented ? opcodes.continuation : binary ? opcodes.binary : opcodes.text;
    this.open().add(firstByte(first, fin, compressed && !this.fragmented), payload, masked); // RFC 7692 §6.1
    this.fragmented = !fin;
  }

  /** A message, or a fragment of one, is asked for; `send` follows, when it is ready. */
  ask(fin: boolean): void {
    this.unfinished = !fin;
  }

  /** Whole messages are asked for; `sendFrames` follows. @throws {Error} between the fragments of a message (§5.4) */
  askWhole(): void {
    if (this.unfinished) throw new Error("A message is being sent in fragments: finish it first");
  }

  /** Whole messages in frames that were made before. */
  sendFrames(frames: Bytes): void {
    if (this.maySend) this.open().addFrames(frames);
  }

  ping(payload: Bytes | string, masked: boolean = this.masks): void {
    if (this.maySend) this.open().add(firstByte(opcodes.ping, true, false), payload, masked);
  }

  pong(payload: Bytes | string, masked: boolean = this.masks): void {
    if (this.maySend) this.open().add(firstByte(opcodes.pong, true, false), payload, masked);
  }

  /** Begins the closing handshake, or answers the peer's (§7.1.2). `payload`: code and reason, or nothing (§5.5.1). */
  close(payload: Bytes): void {
    if (!maySendClose(this.current)) return;
    this.clean = this.current === "remoteClosing" && !this.silent;
    this.sendClose(payload);
    this.current = move(this.current, "sendClose");
  }

  /** Nothing leaves behind what is lost, not even a close frame (§5.5.1). The peer may finish what it sends. */
  silence(): void {
    this.silent = true;
    this.leaving = true;
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

  /** Frames to write: one piece, or several in order. Say `written` before anything else is sent. */
  take(): Bytes | readonly Bytes[] {
    return this.outbox?.take() ?? [];
  }

  /** What was taken has been written; `kept` if it may still be read where it lies. */
  written(kept: boolean): void {
    if (this.outbox === undefined) return;
    this.outbox.written(kept);
    this.parts.keepOutbox(this.outbox);
    this.outbox = undefined;
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
    this.pendingPings = 0;
  }

  /**
   * Of several pings that wait, only the latest is answered (§5.5.3): a flood of them holds one.
   * @returns false if more wait than may
   */
  protected answerPing(payload: Bytes): boolean {
    if (!this.congested && this.pongWaits === undefined) {
      this.pong(payload);
      return true;
    }
    const first = this.heldPong === undefined;
    this.heldPong = this.copy(payload);
    if (first) this.pongWaits?.();
    return ++this.pendingPings <= this.rules.maxPendingPings;
  }

  protected sendClose(payload: Bytes): void {
    if (!this.silent) this.open().add(firstByte(opcodes.close, true, false), payload, this.masks);
  }

  /** A view would keep the whole chunk in memory. */
  protected copy(bytes: Bytes): Bytes {
    const copy = this.parts.platform.allocate(bytes.length);
    copy.set(bytes);
    return copy;
  }

  private open(): Outbox<Bytes> {
    this.outbox ??= this.parts.takeOutbox(this.rules);
    return this.outbox;
  }
}
