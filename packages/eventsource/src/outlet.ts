/** What goes out of one session: collected during a tick, sent at its end as one, and held to a budget. */

import type { EventEmitter } from "node:events";
import type { Heartbeats } from "./heartbeats.ts";
import { afterTick, atEndOfTick, type Ticking } from "./node/end-of-tick.ts";
import type { ResolvedSessionOptions } from "./options.ts";
import { Patience } from "./patience.ts";
import { Batch } from "./protocol/batch.ts";
import { encodeComment } from "./protocol/event-encoder.ts";
import type { EventSink, EventSinkHandler } from "./protocol/event-sink.ts";
import type { Beating } from "./protocol/heartbeat-schedule.ts";
import { encodeUtf8 } from "./utf8.ts";

/**
 * Why a stream is over: `closed` by the program, `gone` with its client or its connection, or cut because the client was
 * `slow`: more waited for it than it may.
 */
export type CloseReason = "closed" | "gone" | "slow";

export interface SessionEvents {
  /** The stream is over, whoever ended it. Emitted once. */
  close: [reason: CloseReason];
  /** The client has caught up: there is room for more. */
  drain: [];
}

export interface OutletParts {
  open(handler: EventSinkHandler): EventSink;
  /** Who tells the program. */
  readonly events: EventEmitter<SessionEvents>;
  readonly heartbeats: Heartbeats;
  readonly limits: Pick<ResolvedSessionOptions, "heartbeat" | "maxBufferedBytes" | "maxBufferedAge">;
}

/** So much, or as much as may wait if that is less, leaves before the end of the tick, and is as much as one should bring. */
const plenty = 0x1_0000;

const heartbeatComment = encodeUtf8(encodeComment(""));

/** Where the batches of all streams begin. */
const nothing = new Batch();
const forgetBatches = (): void => nothing.forget();

export class Outlet implements EventSinkHandler, Ticking, Beating {
  readonly interval: number;
  /** What was sent has not all left. */
  congested = false;
  private readonly events: EventEmitter<SessionEvents>;
  private readonly heartbeats: Heartbeats;
  private readonly maxBufferedBytes: number;
  private readonly maxBufferedAge: number;
  private readonly sink: EventSink;
  /** What this tick has brought and has not been given to the sink. */
  private batch = nothing;
  private isTicking = false;
  /** This tick has brought as much as it should. */
  private isFull = false;
  /** Something was left of what left last. */
  private isBehind = false;
  private reason: CloseReason | undefined = undefined;
  private patience: Patience | undefined = undefined;
  private stops: Set<() => void> | undefined = undefined;

  constructor({ open, events, heartbeats, limits }: OutletParts) {
    this.events = events;
    this.heartbeats = heartbeats;
    this.maxBufferedBytes = limits.maxBufferedBytes;
    this.maxBufferedAge = limits.maxBufferedAge;
    this.interval = limits.heartbeat === false ? 0 : limits.heartbeat;
    this.sink = open(this);
    if (limits.heartbeat !== false) heartbeats.add(this);
  }

  get isClosed(): boolean {
    return this.reason !== undefined || this.sink.closed;
  }

  /** Bytes that have not left the process. */
  get bufferedBytes(): number {
    return this.batch.size + this.sink.bufferedBytes;
  }

  /** @returns false if the client does not keep up, or the tick has brought enough (`drain` follows), or the stream is over */
  send(bytes: Uint8Array): boolean {
    if (this.isClosed || (!this.isTicking && !this.beginTick())) return false;
    if (bytes.length > 0) this.collect(bytes);
    return !this.congested && !this.isFull;
  }

  /** What was collected leaves now. */
  flush(): void {
    const { batch, sink } = this;
    if (batch === nothing) return;
    this.batch = nothing;
    const before = this.isBehind ? sink.bufferedBytes : 0;
    if (!sink.write(batch.pieces)) this.congested = true;
    const waiting = sink.bufferedBytes;
    this.isBehind = waiting > 0;
    if (this.isBehind) this.wait(waiting - before, waiting);
  }

  /** Ends the stream once all was sent. */
  close(): void {
    if (this.reason !== undefined) return;
    this.flush();
    this.finish("closed");
    this.sink.end();
  }

  /** Ends it at once. */
  destroy(reason: CloseReason): void {
    this.finish(reason);
    this.batch = nothing;
    this.sink.destroy();
  }

  /** Calls `stop` as soon as nothing more can be sent. @returns what takes that back */
  whenOver(stop: () => void): () => void {
    this.stops ??= new Set();
    this.stops.add(stop);
    return () => this.stops?.delete(stop);
  }

  /** Resolves when there is room for more. */
  drain(): Promise<void> {
    return new Promise((resolve) => this.events.once("drain", resolve));
  }

  endOfTick(): void {
    this.isTicking = false;
    this.flush();
    if (!this.isFull) return;
    this.isFull = false;
    if (!this.congested && !this.isClosed) this.events.emit("drain");
  }

  /** Bytes that are still on their way keep the connection as well, and a client that does not read needs no more of them. */
  beat(): void {
    if (this.bufferedBytes === 0) this.send(heartbeatComment);
  }

  drained(): void {
    if (!this.congested) return;
    this.congested = false;
    if (!this.isFull && !this.isClosed) this.events.emit("drain");
  }

  closed(): void {
    this.finish("gone");
    this.patience?.stop();
    this.events.emit("close", this.reason ?? "gone");
  }

  /** What waits now was sent in earlier ticks. However much this tick brings, a client that keeps up gets it. */
  private beginTick(): boolean {
    if (this.isBehind && this.sink.bufferedBytes > this.maxBufferedBytes) {
      this.destroy("slow");
      return false;
    }
    this.isTicking = true;
    atEndOfTick(this);
    return true;
  }

  private collect(bytes: Uint8Array): void {
    if (this.batch === nothing && nothing.isForgotten) afterTick(forgetBatches);
    this.batch = this.batch.with(bytes);
    if (this.batch.size < plenty && this.batch.size < this.maxBufferedBytes) return;
    this.isFull = true;
    this.flush();
  }

  private wait(bytes: number, waiting: number): void {
    const { heartbeats, maxBufferedAge } = this;
    if (maxBufferedAge === Number.POSITIVE_INFINITY) return;
    this.patience ??= new Patience({
      age: maxBufferedAge,
      sink: this.sink,
      heartbeats,
      over: (isLost) => this.endPatience(isLost),
    });
    this.patience.wait(bytes, waiting);
  }

  private endPatience(isLost: boolean): void {
    this.patience = undefined;
    if (isLost) this.destroy("slow");
  }

  private finish(reason: CloseReason): void {
    if (this.reason !== undefined) return;
    this.reason = reason;
    if (this.interval > 0) this.heartbeats.delete(this);
    const { stops } = this;
    this.stops = undefined;
    for (const stop of stops ?? []) stop();
  }
}
