/** One event stream to one client: events, comments, heartbeat, backpressure. */

import { EventEmitter } from "node:events";
import type { Heartbeats } from "./heartbeats.ts";
import { encodeComment, encodeEvent, encodeRetry } from "./protocol/event-encoder.ts";
import type { EventSink, EventSinkHandler } from "./protocol/event-sink.ts";
import type { Beating } from "./protocol/heartbeat-schedule.ts";

export interface SessionEvents {
  /** The stream is over, whoever ended it. Emitted once. */
  close: [];
  /** What `push` or `write` answered with false has left. */
  drain: [];
}

export interface PushOptions {
  /** Name of the event; without it, it is a `message`. */
  readonly event?: string | undefined;
  readonly id?: string | undefined;
}

/** What a session is made of. */
export interface SessionParts {
  readonly open: (handler: EventSinkHandler) => EventSink;
  readonly lastEventId: string;
  readonly heartbeats: Heartbeats;
  /** Milliseconds between heartbeats; false for none. */
  readonly heartbeat: number | false;
  /** Milliseconds after which the client is to come back; false to say nothing. */
  readonly retry: number | false;
}

const heartbeatComment = Buffer.from(encodeComment(""));

export class Session extends EventEmitter<SessionEvents> {
  /** The id of the last event that the client had before it came back; empty if there was none. */
  readonly lastEventId: string;
  private readonly sink: EventSink;
  private readonly heartbeats: Heartbeats;
  private readonly beating: Beating | undefined;
  private hasEnded = false;

  constructor({ open, lastEventId, heartbeats, heartbeat, retry }: SessionParts) {
    super();
    this.lastEventId = lastEventId;
    this.heartbeats = heartbeats;
    this.sink = open({ drained: () => this.emit("drain"), closed: () => this.gone() });
    this.write(retry === false ? heartbeatComment : Buffer.from(encodeRetry(retry))); // the head leaves with it
    if (heartbeat === false) return;
    this.beating = { interval: heartbeat, beat: () => this.beat() };
    heartbeats.add(this.beating);
  }

  /** True as soon as nothing more can be sent: `close` was called, or the client has gone. */
  get closed(): boolean {
    return this.hasEnded || this.sink.closed;
  }

  /** Bytes that have not left the process, with what HTTP adds to them. */
  get bufferedBytes(): number {
    return this.sink.bufferedBytes;
  }

  /**
   * Sends an event: a string as it is, anything else as JSON (what JSON has no form for as `null`).
   * @returns false if the client does not keep up (wait for `drain`), or has gone
   * @throws {EventStreamError} bad-event, bad-id
   */
  push(data: unknown, { event, id }: PushOptions = {}): boolean {
    const text = typeof data === "string" ? data : (JSON.stringify(data) ?? "null");
    return this.write(Buffer.from(encodeEvent({ event, data: text, id })));
  }

  /**
   * Sends what is encoded already, as it is and without a copy: the same bytes may go to many sessions, and must not be
   * changed afterwards.
   * @returns false if the client does not keep up (wait for `drain`), or has gone
   */
  write(bytes: Uint8Array): boolean {
    if (this.closed) return false;
    return bytes.length === 0 || this.sink.write(bytes);
  }

  /** Sends what clients skip. */
  comment(text: string): boolean {
    return this.write(Buffer.from(encodeComment(text)));
  }

  /**
   * Tells the client after how many milliseconds to come back when the stream has ended.
   * @throws {EventStreamError} bad-retry
   */
  retry(milliseconds: number): boolean {
    return this.write(Buffer.from(encodeRetry(milliseconds)));
  }

  /** Ends the stream once all that was sent has left. Idempotent. An EventSource comes back after it. */
  close(): void {
    if (this.hasEnded) return;
    this.end();
    this.sink.end();
  }

  private gone(): void {
    this.end();
    this.emit("close");
  }

  private end(): void {
    this.hasEnded = true;
    if (this.beating !== undefined) this.heartbeats.delete(this.beating);
  }

  /** Bytes that are still on their way keep the connection as well, and a client that does not read needs no more of them. */
  private beat(): void {
    if (this.sink.bufferedBytes === 0) this.write(heartbeatComment);
  }
}
