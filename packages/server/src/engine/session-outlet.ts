/** The half of a session that sends: what its transport takes goes at once, the rest waits, bounded. */

import type { Packet, PacketType } from "@anywire/protocol/engine";
import { SlowConsumer } from "../slow-consumer.ts";
import type { EngineServer } from "./engine-server.ts";
import { Messages } from "./messages.ts";
import { ObservedEmitter } from "./observed-emitter.ts";
import { type Outgoing, OutgoingQueue, packetsOf, sizeOf } from "./outgoing-queue.ts";
import { messagePacket, type RawData, type SendArguments, type SendCallback } from "./send-arguments.ts";
import type { Transport } from "./transport.ts";
import { WebSocketTransport } from "./websocket-transport.ts";

type ReadyState = "opening" | "open" | "closing" | "closed";

/*
 * How it works. What is sent goes to the transport at once if that takes it, else into `queue`, which leaves as one batch
 * when the transport is writable (again). On a WebSocket to which nobody listens a message passes through without a queue, an
 * event, a timer or an object of its own: `direct` is that short way. What waits is watched from the moment at which something
 * does: too much or too long, and the session ends.
 */
export abstract class SessionOutlet extends ObservedEmitter {
  readonly server: EngineServer;
  readyState: ReadyState;
  transport: Transport;
  /** Undefined where each message is queued. */
  protected direct: WebSocketTransport | undefined;
  private queue: OutgoingQueue | undefined;
  private slow: SlowConsumer | undefined;
  /** Of what was handed to a transport that tells by `writable` when it has left. */
  private callbacks: SendCallback[] | undefined;

  protected constructor(server: EngineServer, transport: Transport) {
    super();
    this.server = server;
    this.readyState = "opening";
    this.transport = transport;
    this.direct = undefined;
    this.queue = undefined;
    this.slow = undefined;
    this.callbacks = undefined;
  }

  /** The packets that wait for the transport. */
  get writeBuffer(): readonly Packet[] {
    return this.queue?.packets ?? [];
  }

  /** Bytes that wait here and in the transport. */
  get bufferedBytes(): number {
    return this.transport.bufferedBytes + (this.queue?.bytes ?? 0);
  }

  /** What is sent now would wait: what may be dropped had better be. */
  get isCongested(): boolean {
    const { transport } = this;
    if (!this.isQueueEmpty) return true;
    return transport instanceof WebSocketTransport ? transport.isBlocked : !transport.writable;
  }

  /** What is sent is written at the call. */
  get copies(): boolean {
    return this.direct !== undefined && !this.isHeard;
  }

  /** Messages that several sessions may share. */
  sendMessages(messages: Messages): void {
    const { direct } = this;
    if (direct === undefined || this.isHeard) return this.enqueue(messages);
    direct.sendMessages(messages);
    if (direct.isBlocked || this.slow?.isWatching === true) this.watch(messages.bytes);
  }

  /** One text to this client alone. */
  sendText(text: string): void {
    const { direct } = this;
    if (direct === undefined || this.isHeard) return this.enqueue(new Messages([text]));
    direct.sendText(text);
    if (direct.isBlocked || this.slow?.isWatching === true) this.watch(text.length);
  }

  /** A message, as with engine.io. `callback` is called when it has left. */
  send(data: RawData, ...rest: SendArguments): this {
    this.enqueue(messagePacket(data, rest));
    return this;
  }

  /** The same as `send`. */
  write(data: RawData, ...rest: SendArguments): this {
    return this.send(data, ...rest);
  }

  /** @internal Of the transport: it takes packets (again). */
  writable(): void {
    this.settle();
    this.flush();
    if (!this.isQueueEmpty || this.readyState === "closed" || this.transport.bufferedBytes > 0) return;
    this.slow?.taken();
    this.drained();
  }

  /** Nothing waits any more. */
  protected abstract drained(): void;

  /** The last that waited was handed over, and nothing more is to come. */
  protected abstract emptied(): void;

  /** Too much waits, or has waited too long. */
  protected abstract exceeded(): void;

  /** Somebody listens to what happens with each message. */
  protected get isHeard(): boolean {
    return this.isObserved || this.server.isObserved;
  }

  protected get isQueueEmpty(): boolean {
    return this.queue?.isEmpty !== false;
  }

  protected sendPacket(type: PacketType, data?: string): void {
    this.enqueue({ type, data });
  }

  /** @internal What waits leaves, if the transport takes it. */
  flush(): void {
    const { queue, transport } = this;
    if (queue === undefined || queue.isEmpty || this.readyState === "closed" || !transport.writable) return;
    this.hand(queue.take());
    if (this.readyState === "closing") this.emptied();
  }

  protected stopSending(): void {
    this.direct = undefined;
    this.callbacks = undefined;
    this.slow?.stop();
    const { queue } = this;
    if (queue !== undefined) process.nextTick(forget, queue); // listeners of `close` may still look at it (engine.io)
  }

  private enqueue(item: Outgoing): void {
    if (this.readyState === "closing" || this.readyState === "closed") return;
    if (this.isHeard) for (const packet of packetsOf([item])) this.emit("packetCreate", packet);
    const { transport } = this;
    if (transport instanceof WebSocketTransport && this.isQueueEmpty) {
      this.hand([item]);
      if (transport.isBlocked || this.slow?.isWatching === true) this.watch(sizeOf(item));
    } else this.wait(item);
  }

  /** What is sent in one go over HTTP leaves in one answer. */
  private wait(item: Outgoing): void {
    this.queue ??= new OutgoingQueue();
    if (this.queue.isEmpty) process.nextTick(flushNow, this);
    this.queue.push(item);
    this.watch(sizeOf(item));
  }

  private hand(batch: Outgoing[]): void {
    const heard = this.isHeard;
    const packets = heard ? packetsOf(batch) : [];
    if (heard) {
      this.emit("flush", packets);
      this.server.emit("flush", this, packets);
    }
    if (!(this.transport instanceof WebSocketTransport)) this.keepCallbacks(batch);
    this.transport.send(batch);
    if (!heard) return;
    this.emit("drain");
    this.server.emit("drain", this);
  }

  /** Of transports that do not call back themselves. */
  private keepCallbacks(batch: readonly Outgoing[]): void {
    for (const item of batch) {
      if (item instanceof Messages || item.sent === undefined) continue;
      this.callbacks ??= [];
      this.callbacks.push(item.sent);
    }
  }

  private settle(): void {
    const { callbacks } = this;
    if (callbacks === undefined) return;
    this.callbacks = undefined;
    for (const callback of callbacks) callback(this.transport);
  }

  private watch(bytes: number): void {
    this.slow ??= new SlowConsumer({
      limits: this.server.backlogLimits,
      now: () => this.server.heartbeats.now(),
      waiting: () => this.bufferedBytes,
      exceeded: () => this.exceeded(),
    });
    this.slow.sent(bytes);
  }
}

function flushNow(session: SessionOutlet): void {
  session.flush();
}

function forget(queue: OutgoingQueue): void {
  queue.take();
}
