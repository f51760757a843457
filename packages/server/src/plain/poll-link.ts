/** A long poll as a link (wires: "Long poll"): a queue, and at most one request that waits for what comes into it. */

import { randomBytes } from "node:crypto";
import type { CloseReason, Format, Hello, Link, LinkHandler, OutgoingEvent, PreparedRun, Room } from "../link.ts";
import { roomFor } from "../link.ts";
import type { Cursor } from "./cursor.ts";
import { formatOutgoing } from "./envelopes.ts";
import { openEvent } from "./opening.ts";
import type { ResolvedPlainOptions } from "./options.ts";
import { closeEvent, partings } from "./parting.ts";
import { type PollEntry, PollQueue } from "./poll-queue.ts";

/** A request that is to be answered with a batch. */
export interface Poll {
  /** What the client has. */
  readonly since: Partial<Cursor> | undefined;
  /** Milliseconds to wait for events. */
  readonly wait: number;
  /** Called once with the body. */
  answer(body: string): void;
}

export interface PollLinkOptions {
  readonly handler: LinkHandler;
  readonly session: string;
  readonly principal: string | undefined;
  /** The last event id that the client has. */
  readonly since: string | undefined;
  readonly limits: Pick<
    ResolvedPlainOptions,
    "maxBufferedBytes" | "maxBufferedAge" | "maxQueuedEvents" | "pollSessionTimeout"
  >;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  /** The link has ended, and the client did not yet fetch all that it was sent before. */
  readonly lingers: (link: PollLink) => void;
}

const pollFormat: Format<readonly PollEntry[]> = {
  encode(event) {
    const json = formatOutgoing(event);
    return [{ json, bytes: Buffer.byteLength(json), id: event.id }];
  },
  join: (parts) => parts.flat(),
};

export class PollLink implements Link {
  readonly wire = "poll";
  /** By POST. */
  readonly canAck = true;
  readonly hearsErrors = true;
  readonly hearsHello = true;
  readonly session: string;
  readonly principal: string | undefined;
  private readonly options: PollLinkOptions;
  private readonly queue: PollQueue;
  private held: Poll | undefined;
  /** Ends the held poll, or, if there is none, the session. */
  private timer: NodeJS.Timeout | undefined;
  private flushing: NodeJS.Immediate | undefined;
  private state: "opening" | "open" | "closed" = "opening";

  constructor(options: PollLinkOptions) {
    this.options = options;
    this.session = options.session;
    this.principal = options.principal;
    this.queue = new PollQueue(randomBytes(6).toString("base64url"), options.since);
  }

  get bufferedBytes(): number {
    return this.queue.bytes;
  }

  get room(): Room {
    const { maxBufferedBytes, maxQueuedEvents } = this.options.limits;
    return {
      events: Math.ceil(maxQueuedEvents / 2) - this.queue.size,
      bytes: roomFor(this.queue.bytes, maxBufferedBytes).bytes,
    };
  }

  /** Ended, but what was queued for the client is still to be fetched. */
  get isLingering(): boolean {
    return this.state === "closed" && this.queue.size > 0;
  }

  open(hello: Hello): void {
    if (this.state !== "opening") return;
    this.state = "open";
    this.enqueue([openEvent(hello)]);
  }

  send(run: PreparedRun): void {
    if (this.state === "closed") return;
    if (run.options.volatile && this.isCongested) return;
    const entries = run.encodedFor(pollFormat);
    if (entries === undefined) return;
    this.queue.push(entries, this.options.now());
    if (this.isTooSlow()) this.close("slow-consumer");
    else this.flushSoon();
  }

  close(reason: CloseReason, retry?: number): void {
    if (this.state === "closed") return;
    this.state = "closed";
    const { keepsQueue, disconnectReason } = partings[reason];
    if (!keepsQueue) this.queue.clear();
    this.enqueue([closeEvent(reason, retry)]);
    this.stopTimers();
    this.answerHeld();
    if (!keepsQueue) this.queue.clear();
    if (this.isLingering) this.options.lingers(this);
    process.nextTick(() => this.options.handler.closed(disconnectReason)); // never within a call from the handler
  }

  /**
   * A request asks for what is queued; an older one that still waits is sent away.
   * @returns false, and the poll is not answered, if the link has ended and nothing is left to fetch
   */
  poll(poll: Poll): boolean {
    this.dismissHeld();
    const hadBytes = this.queue.bytes > 0;
    this.queue.confirm(poll.since);
    if (this.state === "open" && this.isTooSlow()) this.close("slow-consumer");
    if (this.state === "closed" && !this.isLingering) return false;
    this.hold(poll);
    if (hadBytes && this.queue.bytes === 0) this.options.handler.drained();
    return true;
  }

  /** The request is gone before it was answered. */
  abandon(poll: Poll): void {
    if (this.held !== poll) return;
    this.release();
  }

  private hold(poll: Poll): void {
    this.held = poll;
    this.stopTimers();
    if (this.state === "opening") return; // the first answer tells the session, as soon as it is there
    if (this.state === "closed" || this.queue.size > 0 || poll.wait === 0) this.answerHeld();
    else this.timer = setTimeout(() => this.answerHeld(), poll.wait);
  }

  private enqueue(events: readonly OutgoingEvent[]): void {
    for (const event of events) this.queue.push(pollFormat.encode(event) ?? [], this.options.now());
    this.flushSoon();
  }

  /** What is sent in one go is one batch. */
  private flushSoon(): void {
    if (this.held === undefined || this.flushing !== undefined) return;
    this.flushing = setImmediate(() => this.answerHeld());
  }

  private answerHeld(): void {
    const poll = this.release();
    if (poll !== undefined) poll.answer(this.bodyOf(this.queue.offer()));
  }

  private dismissHeld(): void {
    const poll = this.release();
    if (poll !== undefined) poll.answer(this.bodyOf(this.queue.offerNothing()));
  }

  /** From now on nobody polls: the session lives for a while. */
  private release(): Poll | undefined {
    const poll = this.held;
    this.held = undefined;
    this.stopTimers();
    if (this.state !== "closed")
      this.timer = setTimeout(() => this.expire(), this.options.limits.pollSessionTimeout).unref();
    return poll;
  }

  private stopTimers(): void {
    clearTimeout(this.timer);
    clearImmediate(this.flushing);
    this.timer = undefined;
    this.flushing = undefined;
  }

  private expire(): void {
    this.state = "closed";
    this.queue.clear();
    this.options.handler.closed("ping timeout");
  }

  private bodyOf({ events, next }: { readonly events: readonly string[]; readonly next: string }): string {
    return `{"events":[${events.join(",")}],"next":${JSON.stringify(next)},"session":${JSON.stringify(this.session)}}`;
  }

  /** Nobody waits, and there is more for the next poll already. */
  private get isCongested(): boolean {
    return this.held === undefined && this.queue.fresh > 0;
  }

  private isTooSlow(): boolean {
    const { limits, now } = this.options;
    const maxAge = Math.max(limits.maxBufferedAge, limits.pollSessionTimeout); // a session may be away that long
    return (
      this.queue.bytes > limits.maxBufferedBytes ||
      this.queue.size > limits.maxQueuedEvents ||
      (this.queue.oldest !== undefined && now() - this.queue.oldest > maxAge)
    );
  }
}
