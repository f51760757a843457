/** One event stream to one client: events, comments, heartbeat, backpressure. */

import { EventEmitter } from "node:events";
import { isBytes } from "./bytes.ts";
import { ChunkText } from "./chunk-text.ts";
import { feed } from "./feed.ts";
import type { Heartbeats } from "./heartbeats.ts";
import type { ResolvedSessionOptions } from "./options.ts";
import { type CloseReason, Outlet, type SessionEvents } from "./outlet.ts";
import { must, mustBeOptions } from "./protocol/errors.ts";
import { encodeComment, encodeEvent, encodeRetry, formatData } from "./protocol/event-encoder.ts";
import type { EventSink, EventSinkHandler } from "./protocol/event-sink.ts";
import { type NodeReadable, sourceOfItems, sourceOfStream, type WebReadable } from "./sources.ts";
import { encodeUtf8 } from "./utf8.ts";

export type { CloseReason, SessionEvents } from "./outlet.ts";

export interface PushOptions {
  /** Name of the event; without it, it is a `message`. */
  readonly event?: string | undefined;
  readonly id?: string | undefined;
}

export interface FeedOptions {
  /** Name of the events; without it, they are `message`s. */
  readonly event?: string | undefined;
}

/** What a session is made of. */
export interface SessionParts<State> {
  readonly open: (handler: EventSinkHandler) => EventSink;
  readonly lastEventId: string;
  readonly heartbeats: Heartbeats;
  readonly options: Omit<ResolvedSessionOptions<State>, "status" | "headers">;
}

const emptyComment = encodeUtf8(encodeComment(""));

export class Session<State = undefined> extends EventEmitter<SessionEvents> {
  /** The id of the last event that the client had before it came back; empty if there was none. */
  readonly lastEventId: string;
  /** The program's own. */
  state: State;
  private readonly outlet: Outlet;

  constructor({ open, lastEventId, heartbeats, options }: SessionParts<State>) {
    super();
    this.lastEventId = lastEventId;
    this.state = options.state;
    this.outlet = new Outlet({ open, events: this, heartbeats, limits: options });
    this.write(options.retry === false ? emptyComment : encodeUtf8(encodeRetry(options.retry))); // the head leaves with it
  }

  /** True as soon as nothing more can be sent: the program ended the stream, or the client has gone. */
  get closed(): boolean {
    return this.outlet.isClosed;
  }

  /** Bytes that have not left the process, with what HTTP adds to them. */
  get bufferedBytes(): number {
    return this.outlet.bufferedBytes;
  }

  /** What left for the client has not all gone: it does not keep up just now. `drain` follows. */
  get congested(): boolean {
    return this.outlet.congested;
  }

  /**
   * Sends an event: a string as it is, anything else as JSON (what JSON has no form for as `null`).
   * @returns false if the client does not keep up, or so much was sent in this tick that a producer had better wait
   * (either way for `drain`), or if the stream is over
   * @throws {EventStreamError} bad-options, bad-event, bad-id
   */
  push(data: unknown, options: PushOptions = {}): boolean {
    mustBeOptions(options);
    const { event, id } = options;
    return this.outlet.send(encodeUtf8(encodeEvent({ event, data: formatData(data), id })));
  }

  /**
   * Sends what is encoded already, as it is. Bytes are not copied: the same may go to many sessions, and must not be changed
   * afterwards. Whole events only.
   * @returns as `push`
   * @throws {EventStreamError} bad-bytes
   */
  write(events: Uint8Array | string): boolean {
    if (typeof events === "string") return this.outlet.send(encodeUtf8(events));
    must(isBytes(events), "bad-bytes");
    return this.outlet.send(events);
  }

  /**
   * Sends what clients skip.
   * @returns as `push`
   */
  comment(text: string): boolean {
    return this.outlet.send(encodeUtf8(encodeComment(text)));
  }

  /**
   * Tells the client after how many milliseconds to come back when the stream has ended.
   * @returns as `push`
   * @throws {EventStreamError} bad-retry
   */
  retry(milliseconds: number): boolean {
    return this.outlet.send(encodeUtf8(encodeRetry(milliseconds)));
  }

  /**
   * Pushes each item, no faster than the client takes them. When the session ends it stops at once, even while it waits for
   * the next item, and calls the iterator's `return`.
   * @returns resolves when all was pushed or the session has ended; rejects with what the source or `push` throws
   * @throws {EventStreamError} bad-options, bad-source, bad-event
   */
  async iterate(items: Iterable<unknown> | AsyncIterable<unknown>, options: FeedOptions = {}): Promise<void> {
    mustBeOptions(options);
    const { event } = options;
    await feed(this.outlet, sourceOfItems(items), (item) => this.push(item, { event }));
  }

  /**
   * Pushes each chunk of a `Readable` of node:stream or of a ReadableStream, no faster than the client takes them: bytes as
   * text (UTF-8, whose characters may be cut anywhere), strings as they are, anything else as JSON. When the session ends,
   * the source is destroyed or cancelled.
   * @returns as `iterate`
   * @throws {EventStreamError} bad-options, bad-source, bad-event
   */
  async stream(source: NodeReadable | WebReadable, options: FeedOptions = {}): Promise<void> {
    mustBeOptions(options);
    const { event } = options;
    const text = new ChunkText();
    const pushAll = (items: readonly unknown[]): boolean =>
      items.reduce<boolean>((_, item) => this.push(item, { event }), true);
    await feed(this.outlet, sourceOfStream(source), (chunk) => pushAll(text.take(chunk)));
    pushAll(text.end());
  }

  /** What was sent in this tick leaves now, and not at the tick's end. */
  flush(): void {
    this.outlet.flush();
  }

  /** Ends the stream once all that was sent has left. Idempotent. An EventSource comes back after it. */
  close(): void {
    this.outlet.close();
  }

  /**
   * Ends the stream at once, and what has not left is lost, even if the client never reads. Idempotent.
   * @param reason what listeners of `close` are told
   */
  destroy(reason: CloseReason = "closed"): void {
    this.outlet.destroy(reason);
  }
}
